// Stage 7 of 8: takes a request in the provider's dialect, gives what proves who pays for it; holds the real keys.
//
// Credential: what one backend's requests carry to prove who pays for them.

import Bytes
import Client
import Exchange
import HTTP
import Meters
import Reactor
import TLS

/// A key, AWS's signature, or a token of Google's: the header lines are made for each request. What is fetched is fetched
/// in the background, ahead of its end; a changed file is noticed. Nothing here can be printed.
@EventLoop
public final class Credential: CustomStringConvertible {
  /// Where it comes from.
  public enum Source: Hashable, Sendable {
    case key(Secret.Source)
    /// Signs for a service of AWS's in a region.
    case aws(AWSKeysHome, region: String, service: String)
    /// The key file of a service account; nil is the one the environment names, or the machine's own.
    case google(file: String?)
  }

  public enum AWSKeysHome: Hashable, Sendable {
    case usualPlaces
    case profile(String, file: String?)
    case role(arn: String, tokenFile: String)
  }

  private enum Kind {
    case key(Secret)
    case signed(SigV4, AWSKeys)
    case signedWithKept(SigV4, TokenKeeper.Use)
    case bearer(TokenKeeper.Use)
  }

  private var kind: Kind
  private let forms: [KeyForm]
  private let authority: String
  /// The header of an agent's request that may bring a key for that one call, in lower case. It must go up nowhere.
  public let overrideHeader: String?

  /// Reads now what can be read, and asks for the rest in the background. Throws a sentence naming the variable or file
  /// when it cannot be had.
  ///
  /// - Parameters:
  ///   - forms: how a key is sent, for each of `Dialect.allCases`.
  ///   - authority: the Host field of the backend's requests, which is signed.
  ///   - onChange: told nil when a secret was renewed, or why it was not; never the secret.
  public init(
    _ source: Source, forms: [KeyForm], authority: String, overrideHeader: String? = nil,
    environment: [String: String], onChange: @escaping @EventLoop (String?) -> Void
  ) throws(SecretError) {
    precondition(forms.count == Dialect.allCases.count, "a form for each dialect: \(forms.count)")
    self.forms = forms
    self.authority = authority
    self.overrideHeader = overrideHeader
    switch source {
    case .key(let place):
      kind = .key(try Secret(place, forms: forms, environment: environment, onChange: onChange))
    case .aws(let home, let region, let service):
      let signer = SigV4(region: region, service: service)
      switch try AWSHome(home, region: region, environment: environment, hasFile: { FileStamp(of: $0).exists }) {
      case .keys(let keys): kind = .signed(signer, keys)
      case .source(let source): kind = .signedWithKept(signer, try Self.keeper(of: source, onChange))
      }
    case .google(let file):
      kind = .bearer(try Self.keeper(of: try Self.googleSource(file, environment), onChange))
    }
  }

  /// Appends the header lines of one request.
  ///
  /// It waits only where no valid token is held and one is being fetched; a key is there at once.
  ///
  /// - Parameters:
  ///   - head: the request's head so far. It begins with the request line, whose method and target are signed.
  ///   - body: the pieces of the body as they will be sent, which are signed too.
  ///   - dialect: what is spoken to the backend, which says where a key goes.
  ///   - agent: the fields of the agent's request, where a policy lets it bring a key of its own.
  /// - Throws: `ClientFault.noCredential`, with a sentence for people that holds no secret.
  public func append(
    to head: inout ByteBuffer, body: [ByteSlice], dialect: Dialect, agent: Head
  ) async throws(ClientFault) {
    let form = Dialect.allCases.firstIndex(of: dialect)!
    if let overrideHeader, let key = agent.value(of: overrideHeader.utf8.span) {
      do throws(SecretError) {
        return head.append(try Secret.line(forms[form], key, from: "the header \(overrideHeader)"))
      } catch { throw .noCredential(error.message) }
    }
    switch kind {
    case .key(let secret): head.append(secret.headerLine(in: form))
    case .signed(let signer, let keys): sign(&head, body, with: signer, keys)
    case .signedWithKept(let signer, let keeper):
      guard case .keys(let keys) = try await keeper.grant() else { preconditionFailure("AWS gives keys") }
      sign(&head, body, with: signer, keys)
    case .bearer(let keeper):
      guard case .bearer(let token) = try await keeper.grant() else { preconditionFailure("Google gives tokens") }
      head.append("authorization: Bearer ")
      head.append(token)
      head.append("\r\n")
    }
  }

  public nonisolated var description: String { "a credential" }

  public func close() {
    switch kind {
    case .key(let secret): secret.close()
    case .signed: break
    case .signedWithKept(_, let keeper), .bearer(let keeper): keeper.close()
    }
  }

  private func sign(_ head: inout ByteBuffer, _ body: [ByteSlice], with signer: SigV4, _ keys: AWSKeys) {
    var signer = signer
    let (method, target) = Self.requestLine(of: head)
    head.append(
      signer.lines(
        method: method, target: target, host: authority, body: Digest(of: body), keys: keys,
        at: WallTime(milliseconds: EventLoop.wallMilliseconds)))
    // The day's key is kept.
    switch kind {
    case .signed: kind = .signed(signer, keys)
    case .signedWithKept(_, let keeper): kind = .signedWithKept(signer, keeper)
    case .key, .bearer: break
    }
  }

  /// `POST /model/M/converse HTTP/1.1`, which the gateway wrote.
  private static func requestLine(of head: borrowing ByteBuffer) -> (method: String, target: String) {
    let bytes = head.span
    let first = bytes.firstIndex(of: 32) ?? 0
    let last = bytes.firstIndex(of: 32, from: first + 1) ?? first + 1
    return (String(bytes.extracting(0..<first)), String(bytes.extracting(first + 1..<last)))
  }

  private static func keeper(
    of source: TokenSource, _ onChange: @escaping @EventLoop (String?) -> Void
  ) throws(SecretError) -> TokenKeeper.Use {
    do throws(TokenFault) { try source.check() } catch { throw SecretError(error.message) }
    return TokenKeeper.use(source, onChange: onChange)
  }

  /// docs.cloud.google.com/docs/authentication/application-default-credentials
  private static func googleSource(
    _ file: String?, _ environment: [String: String]
  ) throws(SecretError) -> TokenSource {
    if let path = file ?? environment["GOOGLE_APPLICATION_CREDENTIALS"], !path.isEmpty {
      return .serviceAccount(path: path)
    }
    let host = environment["GCE_METADATA_HOST"].flatMap { $0.isEmpty ? nil : $0 } ?? "metadata.google.internal"
    guard let address = WebAddress("http://\(host)") else {
      throw SecretError("GCE_METADATA_HOST must name this machine or its link, as in 127.0.0.1:8080")
    }
    return .googleMetadata(address)
  }
}
