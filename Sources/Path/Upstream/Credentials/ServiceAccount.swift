// ServiceAccount: the key file of a Google service account, and the assertion that it signs.

import Bytes
import Exchange
import JSON
import TLS

/// Who asks for tokens, where, and the key that proves it.
struct ServiceAccount: Sendable {
  let email: String
  let tokenAddress: WebAddress
  private let keyID: String?
  private let key: SigningKey

  /// Reads what `gcloud iam service-accounts keys create` writes; throws a sentence naming the file, never its content.
  init(_ text: String, at path: String) throws(TokenFault) {
    let document: JSONValue
    do throws(JSONError) { document = try JSONValue.parse(text.utf8.span) } catch {
      throw TokenFault("\(path) is not JSON: line \(error.line), column \(error.column)")
    }
    guard try Self.part("type", of: document, at: path) == "service_account" else {
      throw TokenFault("\(path) is not the key file of a service account, for its type is another")
    }
    email = try Self.part("client_email", of: document, at: path)
    let address = try Self.part("token_uri", of: document, at: path)
    let pem = try Self.part("private_key", of: document, at: path)
    keyID = document["private_key_id"]?.string
    guard let tokenAddress = WebAddress(address) else {
      throw TokenFault("\(path) has a token_uri that is no https address")
    }
    self.tokenAddress = tokenAddress
    do throws(SigningKeyError) { key = try SigningKey(pem: pem) } catch {
      throw TokenFault("\(path): its private_key \(error.problem)")
    }
  }

  private static func part(_ name: String, of document: JSONValue, at path: String) throws(TokenFault) -> String {
    if let text = document[name]?.string, !text.isEmpty { return text }
    throw TokenFault("\(path) has no \(name): it should be the key file of a service account")
  }

  /// How long an assertion may be used, in seconds; Google takes no more than an hour.
  static let assertionSeconds: Int64 = 3600

  /// A JWT (RFC 7519) that asks for `scope`, signed with RS256.
  func assertion(scope: String, at now: WallTime) throws(TokenFault) -> String {
    let seconds = now.milliseconds / 1000
    var header: [(name: String, value: JSONValue)] = [("alg", "RS256"), ("typ", "JWT")]
    if let keyID { header.append(("kid", .string(keyID))) }
    let scheme = tokenAddress.isHTTPS ? "https" : "http"
    let claims: [(name: String, value: JSONValue)] = [
      ("iss", .string(email)), ("scope", .string(scope)),
      ("aud", .string("\(scheme)://\(tokenAddress.authority)\(tokenAddress.target)")), ("iat", .integer(seconds)),
      ("exp", .integer(seconds + Self.assertionSeconds)),
    ]
    let signed = [header, claims].map { members in
      var text = ByteBuffer()
      JSONValue.object(members).write(into: &text)
      return base64URL(Array(String(text.span).utf8))
    }.joined(separator: ".")
    let signature: [UInt8]
    do throws(SigningKeyError) {
      signature = try key.signature(of: ByteSlice(signed).span)
    } catch { throw TokenFault("the key of \(email) \(error.problem)") }
    return signed + "." + base64URL(signature)
  }
}

/// RFC 4648 5, without padding (RFC 7515 2).
func base64URL(_ bytes: [UInt8]) -> String {
  let text = Base64.encoded(bytes).utf8.filter { $0 != UInt8(ascii: "=") }.map { digit in
    switch digit {
    case UInt8(ascii: "+"): UInt8(ascii: "-")
    case UInt8(ascii: "/"): UInt8(ascii: "_")
    default: digit
    }
  }
  return String(decoding: text, as: UTF8.self)
}
