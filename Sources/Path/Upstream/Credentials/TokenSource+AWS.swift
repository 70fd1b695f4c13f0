// TokenSource+AWS: keys of roles, from STS, from a container's agent, from an instance's metadata.

import Bytes
import Exchange
import JSON
import Meters
import Reactor

extension TokenSource {
  /// AssumeRoleWithWebIdentity (docs.aws.amazon.com/STS/latest/APIReference), which needs no keys of its own.
  @EventLoop static func role(
    _ arn: String, _ session: String, token: String, at sts: WebAddress
  ) async throws(TokenFault) -> Token<Grant> {
    let reply = try await TokenRequest(
      method: .post, address: sts,
      form: [
        ("Action", "AssumeRoleWithWebIdentity"), ("Version", "2011-06-15"), ("RoleArn", arn),
        ("RoleSessionName", session), ("WebIdentityToken", token),
      ]
    ).answer()
    let text = String(reply.span)
    func part(_ name: String) -> String? { AWSReply.text(of: name, in: text) }
    return try keys(
      part("AccessKeyId"), part("SecretAccessKey"), part("SessionToken"), part("Expiration"), from: sts.host)
  }

  /// docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
  @EventLoop static func container(
    _ address: WebAddress, _ authorization: ContainerAuthorization
  ) async throws(TokenFault) -> Token<Grant> {
    var request = TokenRequest(address: address)
    switch authorization {
    case .none: break
    case .value(let value): request.fields = [("authorization", value)]
    case .file(let path): request.fields = [("authorization", try await token(in: path))]
    }
    return try keys(of: try await request.document(), from: address.host)
  }

  /// IMDSv2 (docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html): a session first, then the
  /// name of the role, then its keys.
  @EventLoop static func instance(_ address: WebAddress) async throws(TokenFault) -> Token<Grant> {
    let session = try await TokenRequest(
      method: .put, address: address.at("/latest/api/token"),
      fields: [("x-aws-ec2-metadata-token-ttl-seconds", "300")]
    ).answer()
    let proof: [(name: StaticString, value: String)] = [("x-aws-ec2-metadata-token", String(session.span))]
    let path = "/latest/meta-data/iam/security-credentials/"
    let names = try await TokenRequest(address: address.at(path), fields: proof).answer()
    let name = String(names.span).split(separator: "\n").first ?? ""
    guard !name.isEmpty, name.utf8.count <= 128, name.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      throw TokenFault("\(address.host) knows no role of this instance")
    }
    let target = path + SigV4.encoded(name)
    return try keys(
      of: try await TokenRequest(address: address.at(target), fields: proof).document(), from: address.host)
  }

  private static func keys(of document: JSONValue, from host: String) throws(TokenFault) -> Token<Grant> {
    func part(_ name: String) -> String? { document[name]?.string }
    return try keys(part("AccessKeyId"), part("SecretAccessKey"), part("Token"), part("Expiration"), from: host)
  }

  private static func keys(
    _ identifier: String?, _ secret: String?, _ session: String?, _ expiration: String?, from host: String
  ) throws(TokenFault) -> Token<Grant> {
    guard let identifier, let secret, let session else { throw TokenFault("\(host) answered without keys") }
    let keys = AWSKeys(accessKeyID: identifier, secretAccessKey: secret, sessionToken: session)
    guard keys.isPrintable else { throw TokenFault("\(host) answered with keys that cannot be sent") }
    guard let expiration else { return Token(value: .keys(keys), expiresAt: nil) }
    guard let end = WallTime(iso8601: expiration) else {
      throw TokenFault("\(host) answered with keys that end at no time")
    }
    return Token(value: .keys(keys), expiresAt: end)
  }
}

/// The XML that AWS's older services write: what is looked for stands in elements without attributes.
enum AWSReply {
  /// The text of the first element of that name; nil where there is none.
  static func text(of name: String, in document: String) -> String? {
    let bytes = Array(document.utf8)
    guard let start = place(of: "<\(name)>", in: bytes[...])?.upperBound,
      let end = place(of: "</\(name)>", in: bytes[start...])?.lowerBound
    else { return nil }
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  /// Searched by hand: the library's search links its regular expressions, a tenth of the program.
  private static func place(of tag: String, in bytes: ArraySlice<UInt8>) -> Range<Int>? {
    bytes.indices.first { bytes[$0...].starts(with: tag.utf8) }.map { $0..<$0 + tag.utf8.count }
  }
}
