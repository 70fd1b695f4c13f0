import Testing

@testable import Upstream

@Suite struct ServiceAccountTests {
  private func problem(_ text: String) -> String? {
    do throws(TokenFault) {
      _ = try ServiceAccount(text, at: "/k")
      return nil
    } catch { return error.message }
  }

  @Test(arguments: [
    ("{", "/k is not JSON: line 1, column 1"),
    ("{}", "/k has no type: it should be the key file of a service account"),
    (
      #"{"type": "authorized_user"}"#, "/k is not the key file of a service account, for its type is another"
    ),
    (
      #"{"type": "service_account", "client_email": "", "token_uri": "https://h/t", "private_key": "secret"}"#,
      "/k has no client_email: it should be the key file of a service account"
    ),
    (
      #"{"type": "service_account", "client_email": "a@b", "token_uri": "http://example.com", "private_key": "secret"}"#,
      "/k has a token_uri that is no https address"
    ),
    (
      #"{"type": "service_account", "client_email": "a@b", "token_uri": "https://h/t", "private_key": "secret"}"#,
      "/k: its private_key is not a private key in PEM without a password"
    ),
  ])
  func `a file that is no key says why, and nothing of itself`(text: String, message: String) {
    #expect(problem(text) == message)
  }

  /// RFC 4648 10, with the alphabet of section 5 and without padding.
  @Test(arguments: [
    ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
    ("foobar", "Zm9vYmFy"), ("\u{fffd}?\u{7f}~", "77-9P39-"),
  ])
  func `bytes are written as tokens write them`(text: String, encoded: String) {
    #expect(base64URL(Array(text.utf8)) == encoded)
  }
}
