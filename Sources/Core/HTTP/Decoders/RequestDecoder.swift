// RequestDecoder: an agent's bytes become requests, or the reason why not.

import Bytes

/// Reads the requests of one connection from its inbound buffer, one after another (RFC 9112).
///
/// Call `next` whenever bytes have arrived and again after every request; bytes of later requests stay in the buffer.
/// Nothing is read again because it arrives in small pieces. After an error the connection is unreadable: `next`
/// throws the same error again.
public struct RequestDecoder: ~Copyable, Sendable {
  /// Where the connection stands between two calls; a head that stays `head` for long is an attack.
  public enum Phase: Sendable {
    case idle
    case head
    case body
  }

  private let kind = MessageKind.request
  private let limits: HTTPLimits
  private var parser: MessageParser
  private var skippedEmptyLine = false
  /// A request whose body has not arrived.
  private var waiting: Request?
  private var body = Body.counted(0)
  private var expectation = false
  private var failure: HTTPError?
  /// A chunked body as far as it has come.
  private var gathered = ByteBuffer()

  private enum Body {
    case counted(Int)
    case chunked
  }

  public init(limits: HTTPLimits = HTTPLimits()) {
    self.limits = limits
    parser = MessageParser(.request, limits: limits)
  }

  public var phase: Phase { waiting != nil ? .body : parser.headBytes > 0 ? .head : .idle }

  /// How many bytes the body of known length still lacks: room worth reserving in the inbound buffer.
  public private(set) var bytesStillNeeded: Int?

  /// Whether the agent waits for `100 Continue` before it sends its body (RFC 9110 10.1.1). False again with its first
  /// byte.
  public var expectsContinue: Bool { waiting != nil && expectation }

  /// The next complete request, its bytes consumed from `input`; nil when more bytes are needed. Throws for what is no
  /// HTTP/1.1 or exceeds a limit, with the status to answer, and again ever after.
  public mutating func next(from input: inout ByteBuffer) throws(HTTPError) -> Request? {
    if let failure { throw failure }
    do {
      if waiting == nil {
        guard try readHead(from: &input) else { return nil }
      }
      return try readBody(from: &input)
    } catch {
      failure = error
      waiting = nil
      gathered.release()
      throw error
    }
  }

  // MARK: head

  /// True when a whole head was read and consumed; the request is then `waiting`.
  private mutating func readHead(from input: inout ByteBuffer) throws(HTTPError) -> Bool {
    if parser.headBytes == 0 {
      guard try skipEmptyLine(in: &input) else { return false }
    }
    let isComplete = try parser.feedHead(input.span, limit: limits.headBytesMax)
    if parser.isVersionless { throw parser.versionlessRefusal }
    let count = parser.headBytes
    if !isComplete {
      if count < limits.headBytesMax { return false }
      let isPastFirstLine = input.span.firstIndex(of: 10).map { $0 < count } ?? false
      throw kind.refused(isPastFirstLine ? 431 : 414, "its head is longer than \(count) bytes")
    }
    assert(waiting == nil && gathered.isEmpty, "a request begins before the last one was taken")
    let bytes = input.slice(0..<count)
    input.consume(count)
    skippedEmptyLine = false
    waiting = try request(with: bytes)
    return true
  }

  /// One empty line before a request is forgiven (RFC 9112 2.2), no more; false while there is no other byte.
  private mutating func skipEmptyLine(in input: inout ByteBuffer) throws(HTTPError) -> Bool {
    guard !input.isEmpty, input.span[0] == 13 || input.span[0] == 10 else { return !input.isEmpty }
    if input.count == 1, input.span[0] == 13, !skippedEmptyLine { return false }
    guard !skippedEmptyLine, input.count >= 2, input.span.endsLine(at: 0) else {
      throw kind.malformed("it begins with stray line breaks")
    }
    input.consume(2)
    skippedEmptyLine = true
    return try skipEmptyLine(in: &input)
  }

  private mutating func request(with bytes: ByteSlice) throws(HTTPError) -> Request {
    let span = bytes.span
    let table = try HeadTable(of: span, kind: kind, limits: limits)
    let (target, isVersion11) = try firstLine(span.extracting(0..<table.firstLineCount))
    try check(target: span.extracting(target.range), for: parser.method)
    let framing = try Framing(table.fields, of: span, isVersion11: isVersion11, kind: kind)
    if framing.hostCount > 1 { throw kind.malformed("it has two Host fields") }
    if framing.hostCount == 0, isVersion11 { throw kind.malformed("it has no Host field") }
    if let length = framing.contentLength, length > limits.bodyBytesMax {
      throw kind.refused(413, "its body of \(length) bytes is larger than \(limits.bodyBytesMax)")
    }
    guard framing.isChunked == parser.isChunked else { throw kind.malformed("its Transfer-Encoding is ambiguous") }
    let request = Request(
      method: parser.method, head: Head(bytes: bytes, fields: table.fields, namesHops: framing.namesHops),
      keepsAlive: parser.keepsAlive, targetRun: target)
    body = framing.isChunked ? .chunked : .counted(framing.contentLength ?? 0)
    expectation = framing.expectsContinue && (framing.isChunked || framing.contentLength ?? 0 > 0)
    if framing.isChunked { parser.beginChunks() } else { parser.reset() }
    return request
  }

  /// Holds the first line to `method SP target SP HTTP/1.x` (RFC 9112 3).
  private func firstLine(_ line: Span<UInt8>) throws(HTTPError) -> (target: Run, isVersion11: Bool) {
    let space = UInt8(ascii: " ")
    let targetEnd = line.count - 9
    guard let methodEnd = line.firstIndex(of: space), methodEnd > 0, methodEnd + 1 < targetEnd,
      line.firstIndex(of: space, from: methodEnd + 1) == targetEnd
    else { throw kind.malformed("its first line is not a method, a target and a version with one space between") }
    let target = Run(methodEnd + 1, count: targetEnd - methodEnd - 1)
    let version = line.extracting(targetEnd..<line.count)
    if version.equals(" HTTP/1.1") { return (target, true) }
    if version.equals(" HTTP/1.0") { return (target, false) }
    throw kind.refused(505, "this side speaks HTTP/1.1 and HTTP/1.0 only")
  }

  private func check(target: Span<UInt8>, for method: Method) throws(HTTPError) {
    if method == .connect { throw kind.refused(501, "CONNECT is for forward proxies; send the request itself") }
    if target.equals("*"), method == .options { return }
    guard target[0] == UInt8(ascii: "/") else {
      throw kind.malformed("its target has to be a path, as in /v1/chat/completions; this is not a forward proxy")
    }
    if target.firstIndex(of: UInt8(ascii: "#")) != nil { throw kind.malformed("its target has a fragment") }
  }

  // MARK: body

  private mutating func readBody(from input: inout ByteBuffer) throws(HTTPError) -> Request? {
    assert(waiting != nil, "a body is read for no request")
    if !input.isEmpty { expectation = false }
    switch body {
    case .counted(let length):
      guard input.count >= length else {
        bytesStillNeeded = length - input.count
        return nil
      }
      bytesStillNeeded = nil
      waiting!.body = input.slice(0..<length)
      input.consume(length)
    case .chunked:
      guard try gatherChunks(from: &input) else { return nil }
      waiting!.body = gathered.take()
      parser.reset()
    }
    return waiting.take()
  }

  /// True when the last chunk and its trailers have been read.
  private mutating func gatherChunks(from input: inout ByteBuffer) throws(HTTPError) -> Bool {
    while true {
      let (pause, consumed) = try parser.feedChunks(input.span)
      for index in 0..<parser.pieceCount { gathered.append(input.span.extracting(parser.piece(at: index))) }
      input.consume(consumed)
      switch pause {
      case .messageComplete: return true
      case .piecesWaiting: continue
      case .starved, .headComplete: return false
      }
    }
  }
}

extension Method {
  /// llhttp's numbers (`enum llhttp_method`).
  init(llhttpNumber number: UInt8) {
    self =
      switch number {
      case 0: .delete
      case 1: .get
      case 2: .head
      case 3: .post
      case 4: .put
      case 5: .connect
      case 6: .options
      case 28: .patch
      default: .other
      }
  }
}
