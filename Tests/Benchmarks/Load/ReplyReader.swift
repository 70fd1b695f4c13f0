// ReplyReader: an HTTP/1.1 reply as its bytes arrive: where it ends, and how many events it has carried.

/// Reads just enough of a reply to measure it (RFC 9112 4, 6, 7.1). No input or output of its own.
struct ReplyReader {
  /// What a run of bytes brought.
  struct Step {
    /// Lines beginning with `data:`; counted in a `text/event-stream` body only.
    var events = 0
    var finished = false
  }

  /// Not HTTP/1.1, a body without an end, or bytes after it.
  struct Malformed: Error {}

  private enum Part {
    case head
    case body(remaining: Int)
    case chunkSize(Int, extended: Bool)
    case chunk(remaining: Int)
    case chunkEnd
    case trailer(lineLength: Int)
    case done
  }

  private(set) var status = 0
  /// The connection must not be used again.
  private(set) var closes = false
  private var part = Part.head
  private var head = ReplyHead()
  private var lines: EventLines?

  mutating func take(_ bytes: Span<UInt8>) throws(Malformed) -> Step {
    var step = Step()
    var at = 0
    while at < bytes.count {
      switch part {
      case .body(let remaining):
        let taken = min(remaining, bytes.count - at)
        step.events += lines?.count(bytes.extracting(at..<at + taken)) ?? 0
        part = taken == remaining ? .done : .body(remaining: remaining - taken)
        at += taken
      case .chunk(let remaining):
        let taken = min(remaining, bytes.count - at)
        step.events += lines?.count(bytes.extracting(at..<at + taken)) ?? 0
        part = taken == remaining ? .chunkEnd : .chunk(remaining: remaining - taken)
        at += taken
      case .head, .chunkSize, .chunkEnd, .trailer, .done:
        try takeFraming(bytes[at])
        at += 1
      }
    }
    if case .done = part { step.finished = true }
    return step
  }

  private mutating func takeFraming(_ byte: UInt8) throws(Malformed) {
    let endsLine = byte == UInt8(ascii: "\n")
    switch part {
    case .head:
      if try head.take(byte) { try bodyBegins() }
    case .chunkSize(let size, _) where endsLine:
      part = size == 0 ? .trailer(lineLength: 0) : .chunk(remaining: size)
    case .chunkSize(let size, let extended):
      guard !extended, let digit = Character(UnicodeScalar(byte)).hexDigitValue else {
        part = .chunkSize(size, extended: true)
        return
      }
      if size >= 1 << 32 { throw Malformed() }
      part = .chunkSize(size * 16 + digit, extended: false)
    case .chunkEnd:
      if endsLine { part = .chunkSize(0, extended: false) }
    case .trailer(let length):
      if byte != UInt8(ascii: "\r") {
        part = endsLine && length == 0 ? .done : .trailer(lineLength: endsLine ? 0 : length + 1)
      }
    case .body, .chunk, .done:
      throw Malformed()
    }
  }

  private mutating func bodyBegins() throws(Malformed) {
    guard let status = head.status else { throw Malformed() }
    self.status = status
    closes = head.field("connection:", is: "close")
    if head.field("content-type:", is: "text/event-stream") { lines = EventLines() }
    if head.field("transfer-encoding:", is: "chunked") {
      part = .chunkSize(0, extended: false)
    } else if let length = head.contentLength {
      part = length == 0 ? .done : .body(remaining: length)
    } else {
      throw Malformed()
    }
  }
}

/// Counts lines that begin with `data:`, wherever the bytes were split.
private struct EventLines {
  private static let mark = Array("data:".utf8)
  /// Bytes of the mark the current line has matched so far; nil once it differs or has been counted.
  private var matched: Int? = 0

  mutating func count(_ bytes: Span<UInt8>) -> Int {
    var found = 0
    for index in bytes.indices {
      if bytes[index] == UInt8(ascii: "\n") {
        matched = 0
      } else if let position = matched {
        matched = bytes[index] == Self.mark[position] ? position + 1 : nil
        if matched == Self.mark.count {
          found += 1
          matched = nil
        }
      }
    }
    return found
  }
}
