// TokenSource: the places that give out tokens and keys that end.

import Bytes
import Client
import Exchange
import Meters
import Reactor

/// What a source gives.
enum Grant: Hashable, Sendable {
  case keys(AWSKeys)
  /// An access token (RFC 6750).
  case bearer(String)
}

/// Two backends with the same source share what it gives.
enum TokenSource: Hashable, Sendable {
  /// A profile of AWS's credentials file.
  case profile(String, path: String)
  /// A role, taken on at STS with the token in a file.
  case role(arn: String, session: String, tokenFile: String, sts: WebAddress)
  /// The credentials of an ECS task or an EKS pod.
  case container(WebAddress, ContainerAuthorization)
  /// The role of an EC2 instance.
  case instance(WebAddress)
  /// A service account of Google's, by the file of its key.
  case serviceAccount(path: String)
  /// The service account of a machine of Google's.
  case googleMetadata(WebAddress)

  enum ContainerAuthorization: Hashable, Sendable {
    case none
    case value(String)
    case file(String)
  }

  enum Limits {
    static let fileBytesMax = 256 << 10
  }

  /// Asks for a token.
  @EventLoop func fetch() async throws(TokenFault) -> Token<Grant> {
    switch self {
    case .profile(let name, let path):
      return Token(
        value: .keys(try ProfileFile.keys(of: name, in: try await Self.text(of: path), at: path)), expiresAt: nil)
    case .role(let arn, let session, let tokenFile, let sts):
      return try await Self.role(arn, session, token: try await Self.token(in: tokenFile), at: sts)
    case .container(let address, let authorization):
      return try await Self.container(address, authorization)
    case .instance(let address): return try await Self.instance(address)
    case .serviceAccount(let path):
      let account = try ServiceAccount(try await Self.text(of: path), at: path)
      return try await Self.token(for: account, at: WallTime(milliseconds: EventLoop.wallMilliseconds))
    case .googleMetadata(let address): return try await Self.googleMetadata(address)
    }
  }

  /// Looks at what can be looked at without asking anybody; throws where it cannot work. Blocks.
  func check() throws(TokenFault) {
    switch self {
    case .profile(let name, let path): _ = try ProfileFile.keys(of: name, in: try Self.read(path), at: path)
    case .role(_, _, let tokenFile, _): _ = try Self.checkedToken(try Self.read(tokenFile), in: tokenFile)
    case .serviceAccount(let path): _ = try ServiceAccount(try Self.read(path), at: path)
    case .container, .instance, .googleMetadata: break
    }
  }

  /// The file whose change makes what is held old.
  var watchedFile: String? {
    switch self {
    case .profile(_, let path), .serviceAccount(let path): path
    case .role, .container, .instance, .googleMetadata: nil
    }
  }

  /// What a file holds, read by a worker.
  static func text(of path: String) async throws(TokenFault) -> String {
    let read = await Workers.run { () -> Result<String, TokenFault> in
      do throws(TokenFault) { return .success(try Self.read(path)) } catch { return .failure(error) }
    }
    return try read.get()
  }

  /// A token in a file, without the line breaks around it.
  static func token(in path: String) async throws(TokenFault) -> String {
    try checkedToken(try await text(of: path), in: path)
  }

  private static func checkedToken(_ text: String, in path: String) throws(TokenFault) -> String {
    let token = String(text.utf8.span.trimmedOfLineBreaks)
    if token.isEmpty { throw TokenFault("\(path) is empty: it should hold a token") }
    if token.utf8.contains(where: { $0 < 0x20 || $0 > 0x7e }) {
      throw TokenFault("\(path) holds a character that cannot be part of a token")
    }
    return token
  }

  private static func read(_ path: String) throws(TokenFault) -> String {
    do throws(ReactorError) {
      return String(decoding: try Files.read(path, bytesMax: Limits.fileBytesMax), as: UTF8.self)
    } catch { throw TokenFault(error.description) }
  }
}
