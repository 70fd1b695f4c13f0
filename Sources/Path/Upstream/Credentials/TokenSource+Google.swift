// TokenSource+Google: access tokens for a service account, from Google's token service or a machine's metadata.

import Bytes
import Exchange
import JSON
import Reactor

extension TokenSource {
  /// What Vertex AI asks for (docs.cloud.google.com/vertex-ai/docs/authentication).
  private static let scope = "https://www.googleapis.com/auth/cloud-platform"

  /// RFC 7523 2.1, as developers.google.com/identity/protocols/oauth2/service-account has it.
  @EventLoop static func token(for account: ServiceAccount, at now: WallTime) async throws(TokenFault) -> Token<Grant> {
    let request = TokenRequest(
      method: .post, address: account.tokenAddress,
      form: [
        ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
        ("assertion", try account.assertion(scope: scope, at: now)),
      ])
    return try bearer(try await request.document(), from: account.tokenAddress.host)
  }

  /// docs.cloud.google.com/compute/docs/access/authenticate-workloads
  @EventLoop static func googleMetadata(_ address: WebAddress) async throws(TokenFault) -> Token<Grant> {
    let target = "/computeMetadata/v1/instance/service-accounts/default/token"
    let request = TokenRequest(address: address.at(target), fields: [("metadata-flavor", "Google")])
    return try bearer(try await request.document(), from: address.host)
  }

  /// RFC 6749 5.1.
  @EventLoop private static func bearer(_ document: JSONValue, from host: String) throws(TokenFault) -> Token<Grant> {
    guard let token = document["access_token"]?.string, !token.isEmpty, token.utf8.count <= 16_384,
      token.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
    else { throw TokenFault("\(host) answered without an access token") }
    guard let seconds = document["expires_in"]?.integer, (1...31_536_000).contains(seconds) else {
      throw TokenFault("\(host) answered with a token that has no time to live")
    }
    let end = WallTime(milliseconds: EventLoop.wallMilliseconds + seconds * 1000)
    return Token(value: .bearer(token), expiresAt: end)
  }
}
