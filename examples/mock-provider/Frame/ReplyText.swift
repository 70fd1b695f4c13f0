// ReplyText: what the provider says: an echo of what it was asked, then the same sentence until it is long enough.

import Bytes
import JSON

/// Text of any length in little memory. Token k ends at byte 4k, or at the character boundary just before it.
struct ReplyText: Sendable {
  /// Bytes of a question that are echoed.
  static let echoBytesMax = 96
  static let openingBytesMax = 128
  private static let bytesByDefault = 160
  /// What a reply weighs besides its text.
  private static let envelopeBytes = 410

  /// UTF-8 bytes.
  let bytes: Int
  private let opening: ByteSlice
  /// Bytes of the whole text inside of a JSON string.
  let escapedCount: Int

  var tokens: Int { UsageRule.tokens(ofBytes: bytes) }

  /// The reply to `question`, as long as the knobs want it.
  init(to question: ByteSlice, _ knobs: Knobs) {
    var text = ByteBuffer(minimumCapacity: Self.openingBytesMax)
    text.append("You said: ")
    text.append(question)
    text.append(". ")
    var bytes = Self.bytesByDefault
    if let chunks = knobs.chunks { bytes = chunks * UsageRule.bytesPerToken }
    if let replyBytes = knobs.replyBytes { bytes = max(1, replyBytes - Self.envelopeBytes) }
    self.init(text.take(), bytes: bytes)
  }

  /// Exactly `text`.
  init(_ text: ByteSlice) { self.init(text, bytes: text.count) }

  private init(_ opening: ByteSlice, bytes: Int) {
    let kept = min(bytes, opening.count)
    let opening = opening.slice(0..<opening.span.characterBoundary(notAfter: kept))
    self.opening = opening
    self.bytes = bytes > kept ? bytes : opening.count
    escapedCount = self.bytes + opening.span.escapingBytes
  }

  /// The first `tokens` tokens.
  func cut(atTokens tokens: Int) -> ReplyText {
    tokens >= self.tokens ? self : ReplyText(opening, bytes: tokens * UsageRule.bytesPerToken)
  }

  /// Where token `number`, counted from 1, ends; for 0 the beginning.
  func end(ofToken number: Int) -> Int {
    let end = min(number * UsageRule.bytesPerToken, bytes)
    return end >= opening.count ? end : opening.span.characterBoundary(notAfter: end)
  }

  /// What comes before the first of the `stop` texts, and which that is; nil where none occurs. Only the beginning is
  /// looked at: what follows repeats itself.
  func before(_ stop: [String]) -> (ReplyText, String)? {
    var text = ByteBuffer()
    text.append(opening)
    text.append(Self.filler.span.extracting(0..<min(bytes - opening.count, 256)))
    var first: (at: Int, text: String)?
    for candidate in stop where !candidate.isEmpty {
      let sought = Array(candidate.utf8)
      guard sought.count <= text.count else { continue }
      for at in 0...text.count - sought.count where at < first?.at ?? .max {
        let place = text.span.extracting(at..<at + sought.count)
        if place.equals(sought.span) { first = (at, candidate) }
      }
    }
    guard let first else { return nil }
    return (ReplyText(text.slice(0..<first.at)), first.text)
  }

  // MARK: as it is

  /// Appends the bytes `range` without escapes, where the text is JSON itself.
  func append(_ range: Range<Int>, to buffer: inout ByteBuffer) {
    buffer.append(opening.span.extracting(range.clamped(to: 0..<opening.count)))
    appendFiller(range, to: &buffer)
  }

  /// All of it; meant for what is short.
  var string: String {
    var text = ByteBuffer()
    append(0..<bytes, to: &text)
    return String(text.span)
  }

  // MARK: in JSON

  /// Appends the bytes `range`, which lies between characters, as the inside of a JSON string.
  func appendEscaped(_ range: Range<Int>, to buffer: inout ByteBuffer) {
    let part = range.clamped(to: 0..<opening.count)
    if escapedCount == bytes {
      buffer.append(opening.span.extracting(part))
    } else if !part.isEmpty {
      var quoted = ByteBuffer()
      JSONText.appendQuoted(opening.span.extracting(part), to: &quoted)
      buffer.append(quoted.span.extracting(1..<quoted.count - 1))
    }
    appendFiller(range, to: &buffer)
  }

  /// What of `range` stands behind the opening.
  private func appendFiller(_ range: Range<Int>, to buffer: inout ByteBuffer) {
    var at = max(range.lowerBound, opening.count) - opening.count
    let end = range.upperBound - opening.count
    while at < end {
      let start = at % Self.filler.count
      let count = min(end - at, Self.filler.count - start)
      buffer.append(Self.filler.span.extracting(start..<start + count))
      at += count
    }
  }

  /// The sentence again and again.
  private static let filler: ByteSlice = {
    let sentence: StaticString = "I am the mock provider, and whatever you ask I go on like this, four bytes a token. "
    var text = ByteBuffer()
    while text.count < 16_384 { text.append(sentence) }
    return text.take()
  }()
}

extension Span where Element == UInt8 {
  /// How many bytes more a JSON string needs for this text than the text has (RFC 8259 7).
  fileprivate var escapingBytes: Int {
    var more = 0
    for index in indices {
      switch self[index] {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), 0x08, 0x09, 0x0A, 0x0C, 0x0D: more += 1
      case 0..<0x20: more += 5
      default: continue
      }
    }
    return more
  }
}
