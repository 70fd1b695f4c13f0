// TokenRequest: one small question to a service that gives out tokens.

import Bytes
import Client
import HTTP
import JSON
import Reactor

/// Why there is no token: a sentence without its full stop, naming whom was asked; never a credential.
struct TokenFault: Error, Hashable, Sendable {
  let message: String
  init(_ message: String) { self.message = message }
}

/// What is asked, and of whom. Every question has its own connection: they come once an hour.
struct TokenRequest: Sendable {
  enum Limits {
    /// Tokens are short; a longer reply is none.
    static let replyBytesMax = 256 << 10
    /// From the first look-up to the last byte.
    static let wholeMs: Int64 = 15_000
    static let connectMs: Int64 = 3_000
    static let replyMs: Int64 = 10_000
  }

  var method: Method = .get
  var address: WebAddress
  /// `name: value`, without line breaks.
  var fields: [(name: StaticString, value: String)] = []
  /// A form; nil sends no body.
  var form: [(name: String, value: String)]?

  /// The body of a reply of a good status.
  @EventLoop func answer() async throws(TokenFault) -> ByteSlice {
    let (status, body) = try await send()
    if (200..<300).contains(status) { return body }
    throw TokenFault("\(address.host) answered \(status)\(Self.reason(body).map { ": \($0)" } ?? "")")
  }

  /// The same as a document.
  @EventLoop func document() async throws(TokenFault) -> JSONValue {
    let body = try await answer()
    do throws(JSONError) { return try JSONValue.parse(body.span) } catch {
      throw TokenFault("\(address.host) answered with something that is no JSON")
    }
  }

  @EventLoop private func send() async throws(TokenFault) -> (status: Int, body: ByteSlice) {
    let deadline = EventLoop.now &+ UInt64(Limits.wholeMs) &* 1_000_000
    let target = ClientTarget(
      isTLS: address.isHTTPS, host: address.host, port: address.port, authority: address.authority,
      timeouts: .init(connectMs: Limits.connectMs, firstByteMs: Limits.replyMs, idleMs: Limits.replyMs))
    var connection: ClientConnection?
    defer { connection?.close() }
    do throws(ClientFault) {
      let pool = try ConnectionPool(to: target, limits: HTTPLimits())
      let upstream = try await pool.acquire(fresh: true) { _ in }
      connection = upstream
      let content = form.map { ByteSlice(Self.encoded($0)) }
      try upstream.send(head: head(bodyCount: content?.count), body: content.map { [$0] } ?? [], method: method)
      var body = ByteBuffer()
      var status = 0
      while true {
        switch try await upstream.next(body: &body) {
        case .head(let reply): status = reply.status
        case .body, .needMore: break
        case .end: return (status, body.take())
        }
        if body.count > Limits.replyBytesMax { throw .malformed("its reply is too long for a token") }
        if EventLoop.now > deadline { throw .timedOut(.idle, afterMs: Limits.wholeMs) }
      }
    } catch { throw TokenFault("\(address.host): \(error.message)") }
  }

  private func head(bodyCount: Int?) -> ByteSlice {
    var head = ByteBuffer()
    switch method {
    case .post: head.append("POST ")
    case .put: head.append("PUT ")
    default: head.append("GET ")
    }
    head.append(address.target)
    head.append(" HTTP/1.1\r\n")
    head.appendField("host", address.authority)
    for field in fields { head.appendField(field.name, field.value) }
    if form != nil { head.append("content-type: application/x-www-form-urlencoded\r\n") }
    if let count = bodyCount ?? (method == .put ? 0 : nil) { head.appendField("content-length", decimal: count) }
    head.append("user-agent: aigw\r\naccept-encoding: identity\r\nconnection: close\r\n")
    head.appendHeadEnd()
    return head.take()
  }

  /// application/x-www-form-urlencoded, with spaces as %20.
  static func encoded(_ form: [(name: String, value: String)]) -> String {
    form.map { "\(SigV4.encoded($0.name[...]))=\(SigV4.encoded($0.value[...]))" }.joined(separator: "&")
  }

  /// What a refusal says of itself, where it is of a known shape: OAuth's `error` and `error_description`, the `Code` of
  /// AWS. The text is the service's own, so only what can do no harm of it is shown.
  private static func reason(_ body: ByteSlice) -> String? {
    var words: [String] = []
    if let document = try? JSONValue.parse(body.span) {
      words = ["error", "error_description", "code", "Code", "message"].compactMap { document[$0]?.string }
    } else if let code = AWSReply.text(of: "Code", in: String(body.span)) {
      words = [code]
    }
    let text = words.joined(separator: ": ").utf8.prefix(200).map { (0x20...0x7e).contains($0) ? $0 : 63 }
    return text.isEmpty ? nil : String(decoding: text, as: UTF8.self)
  }
}
