// ReplyDecoder: a provider's bytes become a head, pieces of body and an end, or the reason why not.

import Bytes

/// Reads the replies of one connection from its inbound buffer, one after another (RFC 9112). Call `begin` before
/// each request is sent, `next` until it needs more bytes, `closed` when the provider closes. After an error the
/// connection is unreadable: `next` throws the same error again.
public struct ReplyDecoder: ~Copyable, Sendable {
  private let kind = MessageKind.reply
  private let limits: HTTPLimits
  private var parser: MessageParser
  private var requestMethod: Method
  /// The request asked to switch protocols: a 101 is then the reply, and all that follows its body.
  private var maySwitch = false
  private var interimReplies = 0
  private var keepsAlive = false
  private var stage = Stage.head
  private var failure: HTTPError?

  private enum Stage {
    case head
    case counted(Int)
    case chunked
    case untilClose
    case complete
    case ended
  }

  public init(limits: HTTPLimits = HTTPLimits(), requestMethod: Method) {
    self.limits = limits
    self.requestMethod = requestMethod
    parser = MessageParser(.reply, limits: limits)
  }

  /// Whether not one byte of a reply has been seen: a kept connection that closes now may be replaced by a fresh one.
  public var isUntouched: Bool {
    if case .head = stage { return parser.headBytes == 0 && interimReplies == 0 && failure == nil }
    return false
  }

  /// A new request is about to be sent on the same connection; a reply to HEAD has no body.
  ///
  /// - Parameter maySwitch: it asks to go on in another protocol (RFC 9110 7.8).
  public mutating func begin(requestMethod: Method, maySwitch: Bool = false) {
    precondition(failure == nil && parser.headBytes == 0, "a connection is used again in the middle of a reply")
    self.requestMethod = requestMethod
    self.maySwitch = maySwitch
    interimReplies = 0
    stage = .head
  }

  /// What comes next. `body` receives the bytes of `.body`; when it is empty and all of `input` is body, and much of
  /// it, the two swap memory instead of copying. Throws a 502 for what is no HTTP/1.1 or exceeds a limit, and again
  /// ever after.
  public mutating func next(
    from input: inout ByteBuffer, body: inout ByteBuffer
  ) throws(HTTPError) -> ReplyEvent {
    if let failure { throw failure }
    do {
      switch stage {
      case .head: return try readHead(from: &input)
      case .counted(let missing):
        assert(missing > 0, "a body of which \(missing) bytes are missing goes on")
        if input.isEmpty { return .needMore }
        let taken = min(missing, input.count)
        move(taken, from: &input, to: &body)
        stage = taken == missing ? .complete : .counted(missing - taken)
        return .body
      case .chunked: return try readChunks(from: &input, to: &body)
      case .untilClose:
        if input.isEmpty { return .needMore }
        let all = input.count
        move(all, from: &input, to: &body)
        return .body
      case .complete:
        stage = .ended
        // Bytes nobody asked for would be taken for the answer to the next request.
        return .end(keepsAlive: keepsAlive && input.isEmpty)
      case .ended:
        return .needMore
      }
    } catch {
      failure = error
      throw error
    }
  }

  /// The provider closed its side: the end of a body that has no other end, or a reply cut short. Throws a 502 for the
  /// latter.
  public mutating func closed() throws(HTTPError) -> ReplyEvent {
    if let failure { throw failure }
    switch stage {
    case .untilClose, .complete:
      stage = .ended
      return .end(keepsAlive: false)
    case .head where isUntouched:
      // Still untouched afterwards: whoever asks decides by it whether to try again.
      throw Self.closed("before its reply began")
    case .head: throw cut("inside the head of its reply")
    case .counted(let missing): throw cut("with \(missing) bytes of its reply missing")
    case .chunked: throw cut("before the last chunk of its reply")
    case .ended: return .end(keepsAlive: false)
    }
  }

  private static func closed(_ place: String) -> HTTPError {
    HTTPError(status: 502, "The provider closed the connection \(place).")
  }

  private mutating func cut(_ place: String) -> HTTPError {
    let error = Self.closed(place)
    failure = error
    return error
  }

  // MARK: head

  private mutating func readHead(from input: inout ByteBuffer) throws(HTTPError) -> ReplyEvent {
    while try parser.feedHead(input.span, limit: limits.headBytesMax) {
      let count = parser.headBytes
      let head = try replyHead(with: input.span.extracting(0..<count))
      input.consume(count)
      if let head { return .head(head) }
    }
    if parser.headBytes < limits.headBytesMax { return .needMore }
    throw kind.refused(502, "its head is longer than \(limits.headBytesMax) bytes")
  }

  /// The final head, or nil for an interim one (RFC 9110 15.2). The bytes are copied: a head lives as long as its
  /// stream, and would otherwise keep a whole input buffer alive with it.
  private mutating func replyHead(with bytes: Span<UInt8>) throws(HTTPError) -> ReplyHead? {
    let table = try HeadTable(of: bytes, kind: kind, limits: limits)
    let isVersion11 = try version(of: bytes.extracting(0..<table.firstLineCount))
    let status = parser.status
    guard (100...599).contains(status) else { throw kind.malformed("its status is \(status)") }
    if status < 200, !(status == 101 && maySwitch) {
      interimReplies += 1
      if status == 101 { throw kind.malformed("it switches to a protocol nobody asked for") }
      if interimReplies > limits.interimRepliesMax { throw kind.refused(502, "it has too many 1xx heads") }
      parser.reset()
      return nil
    }
    let framing = try Framing(table.fields, of: bytes, isVersion11: isVersion11, kind: kind)
    guard framing.isChunked == parser.isChunked else { throw kind.malformed("its Transfer-Encoding is ambiguous") }
    keepsAlive = parser.keepsAlive
    stage = stage(for: status, framing)
    if case .chunked = stage { parser.beginChunks() } else { parser.reset() }
    return ReplyHead(
      status: status,
      head: Head(bytes: ByteSlice(copying: bytes), fields: table.fields, namesHops: framing.namesHops),
      contentLength: framing.contentLength)
  }

  /// Holds the first line to `HTTP/1.x SP status [SP reason]` (RFC 9112 4); true for 1.1.
  private func version(of line: Span<UInt8>) throws(HTTPError) -> Bool {
    guard line.count >= 12, line[8] == 32, line.extracting(9..<12).decimal != nil, line.count == 12 || line[12] == 32,
      line.firstIndex(of: 0) == nil
    else { throw kind.malformed("its first line is not a version, a status and a reason") }
    if line.starts(with: "HTTP/1.1") { return true }
    if line.starts(with: "HTTP/1.0") { return false }
    throw kind.refused(502, "it is neither HTTP/1.1 nor HTTP/1.0")
  }

  /// Where the body ends (RFC 9112 6.3).
  private mutating func stage(for status: Int, _ framing: Framing) -> Stage {
    if status == 101 {
      keepsAlive = false
      return .untilClose
    }
    if requestMethod == .head || status == 204 || status == 304 { return .complete }
    if framing.isChunked { return .chunked }
    if let length = framing.contentLength { return length == 0 ? .complete : .counted(length) }
    keepsAlive = false
    return .untilClose
  }

  // MARK: body

  private mutating func readChunks(
    from input: inout ByteBuffer, to body: inout ByteBuffer
  ) throws(HTTPError) -> ReplyEvent {
    let before = body.count
    while !input.isEmpty {
      let (pause, consumed) = try parser.feedChunks(input.span)
      for index in 0..<parser.pieceCount { body.append(input.span.extracting(parser.piece(at: index))) }
      input.consume(consumed)
      if pause == .piecesWaiting { continue }
      if pause == .messageComplete {
        parser.reset()
        stage = .complete
      }
      break
    }
    if body.count > before { return .body }
    if case .complete = stage { return try next(from: &input, body: &body) }
    return .needMore
  }

  private func move(_ count: Int, from input: inout ByteBuffer, to body: inout ByteBuffer) {
    assert((1...input.count).contains(count), "\(count) of \(input.count) bytes are moved")
    if body.isEmpty, count == input.count, count >= 4096 {
      swap(&input, &body)
    } else {
      body.append(input.span.extracting(0..<count))
      input.consume(count)
    }
  }
}
