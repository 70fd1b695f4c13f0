// EventStreamDecoder: the body of an event stream becomes its server-sent events (SSE, WHATWG HTML 9.2.6).

import Bytes

/// Takes events off the front of a buffer that a stream is being gathered in. Lines end in LF, CR or CR LF, split
/// anywhere; a byte is searched for line ends once, however small the pieces it arrives in.
public struct EventStreamDecoder: ~Copyable, Sendable {
  private let eventBytesMax: Int
  /// Counted from the buffer's first byte: what has been searched, and where the unfinished line begins.
  private var searched = 0
  private var lineStart = 0
  /// No LF stands before this byte, so a stream that uses CR alone is not searched for LF again at every line.
  private var feedSearched = 0
  private var isAtStreamStart = true
  /// The last line ended in a CR that was the last byte there was; an LF that follows belongs to it.
  private var endedInReturn = false

  // The unfinished block.
  private var hasFields = false
  private var dataLines = 0
  private var firstData = 0..<0
  private var event: Range<Int>?
  /// All data so far, once there are two lines of it.
  private var joined = ByteBuffer()

  public init(limits: HTTPLimits = HTTPLimits()) { eventBytesMax = limits.eventBytesMax }

  /// The next complete event, its bytes consumed from `input`; nil when more bytes are needed. 502 when an event is
  /// larger than the limit.
  public mutating func next(from input: inout ByteBuffer) throws(HTTPError) -> ServerSentEvent? {
    if isAtStreamStart, !skipByteOrderMark(in: input.span) { return nil }
    while let line = try nextLine(in: input.span) {
      if line.isEmpty {
        if hasFields { return take(lineStart, from: &input) }
      } else {
        read(line, in: input.span)
      }
    }
    // Blank lines alone: nothing will complete them, so they go on as they are.
    if !hasFields, lineStart > 0, lineStart == input.count { return take(lineStart, from: &input) }
    return nil
  }

  /// The block the stream ended in without a blank line, or nil; asked once `next` has found no more. The standard's clients ignore it; its bytes, and the
  /// usage a careless provider put there, are still worth having.
  public mutating func last(from input: inout ByteBuffer) -> ServerSentEvent? {
    if input.isEmpty { return nil }
    if lineStart < input.count { read(lineStart..<input.count, in: input.span) }
    let all = input.count
    return take(all, from: &input)
  }

  // MARK: lines

  /// False while the stream's first bytes may still turn out to be a byte order mark.
  private mutating func skipByteOrderMark(in bytes: Span<UInt8>) -> Bool {
    let mark: [3 of UInt8] = [0xEF, 0xBB, 0xBF]
    for index in 0..<3 {
      if index == bytes.count { return false }
      if bytes[index] != mark[index] {
        isAtStreamStart = false
        return true
      }
    }
    isAtStreamStart = false
    lineStart = 3
    searched = 3
    return true
  }

  /// The next whole line without its end, or nil.
  private mutating func nextLine(in bytes: Span<UInt8>) throws(HTTPError) -> Range<Int>? {
    assert(
      lineStart <= searched && searched <= bytes.count && feedSearched <= bytes.count,
      "line from \(lineStart), searched to \(searched) and \(feedSearched) of \(bytes.count) bytes")
    if endedInReturn, lineStart < bytes.count {
      endedInReturn = false
      if bytes[lineStart] == 10 { lineStart += 1 }
      searched = lineStart
    }
    // LF first: then the search for a CR never goes beyond the line.
    let feed = bytes.firstIndex(of: 10, from: max(searched, feedSearched))
    feedSearched = feed ?? bytes.count
    let end = bytes.extracting(0..<(feed ?? bytes.count)).firstIndex(of: 13, from: searched) ?? feed
    guard let end else {
      searched = bytes.count
      if bytes.count > eventBytesMax { throw tooLarge }
      return nil
    }
    let line = lineStart..<end
    if bytes[end] == 10 {
      lineStart = end + 1
    } else if end + 1 < bytes.count {
      lineStart = bytes[end + 1] == 10 ? end + 2 : end + 1
    } else {
      lineStart = end + 1
      endedInReturn = true
    }
    searched = lineStart
    if lineStart > eventBytesMax { throw tooLarge }
    return line
  }

  private var tooLarge: HTTPError {
    MessageKind.reply.refused(502, "one of its server-sent events is larger than \(eventBytesMax) bytes")
  }

  /// Takes in one line that is not blank.
  private mutating func read(_ line: Range<Int>, in bytes: Span<UInt8>) {
    hasFields = true
    let text = bytes.extracting(line)
    // `data` and `event` are the only fields anyone here needs; comments begin with the colon.
    if text.starts(with: "data"), let value = value(after: 4, of: text, at: line.lowerBound) {
      dataLines += 1
      if dataLines == 1 { firstData = value }
      if dataLines == 2 { joined.append(bytes.extracting(firstData)) }
      if dataLines >= 2 {
        joined.append(byte: 10)
        joined.append(bytes.extracting(value))
      }
    } else if text.starts(with: "event"), let value = value(after: 5, of: text, at: line.lowerBound) {
      event = value
    }
  }

  /// The value behind a name of `length` bytes; nil when the name goes on and is another one.
  private func value(after length: Int, of text: Span<UInt8>, at start: Int) -> Range<Int>? {
    let end = start + text.count
    if text.count == length { return end..<end }
    guard text[length] == UInt8(ascii: ":") else { return nil }
    let skipped = text.count > length + 1 && text[length + 1] == 32 ? length + 2 : length + 1
    return start + skipped..<end
  }

  // MARK: blocks

  /// The block in the first `count` bytes, consumed; the decoder stands before the next.
  private mutating func take(_ count: Int, from input: inout ByteBuffer) -> ServerSentEvent {
    assert((1...input.count).contains(count), "\(count) of \(input.count) bytes are taken")
    assert(firstData.upperBound <= count && (event?.upperBound ?? 0) <= count, "a field lies outside its event")
    let raw = input.slice(0..<count)
    let data = dataLines > 1 ? joined.take() : raw.slice(firstData)
    let name = event.flatMap { $0.isEmpty ? nil : raw.slice($0) }
    let block = ServerSentEvent(raw: raw, data: data, event: name, isComment: dataLines == 0)
    input.consume(count)
    searched = 0
    lineStart = 0
    feedSearched = max(0, feedSearched - count)
    hasFields = false
    dataLines = 0
    firstData = 0..<0
    event = nil
    return block
  }
}
