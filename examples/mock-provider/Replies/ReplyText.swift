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
  private static let envelopeBytes = 470

  /// UTF-8 bytes.
  let bytes: Int
  private let opening: ByteSlice
  /// No byte of the opening has to be escaped in JSON.
  private let isPlain: Bool

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
    isPlain = !opening.span.needsEscapes
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

  // MARK: in JSON

  /// Bytes of the whole text inside of a JSON string.
  var escapedCount: Int {
    if isPlain { return bytes }
    var text = ByteBuffer()
    appendEscaped(0..<opening.count, to: &text)
    return text.count + bytes - opening.count
  }

  /// Appends the bytes `range`, which lies between characters, as the inside of a JSON string.
  func appendEscaped(_ range: Range<Int>, to buffer: inout ByteBuffer) {
    let part = range.clamped(to: 0..<opening.count)
    if isPlain {
      buffer.append(opening.span.extracting(part))
    } else if !part.isEmpty {
      var quoted = ByteBuffer()
      JSONText.appendQuoted(opening.span.extracting(part), to: &quoted)
      buffer.append(quoted.span.extracting(1..<quoted.count - 1))
    }
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
  /// Whether a JSON string cannot hold these bytes as they are (RFC 8259 7).
  fileprivate var needsEscapes: Bool {
    for index in indices where self[index] < 0x20 || self[index] == UInt8(ascii: "\"") || self[index] == UInt8(ascii: "\\") {
      return true
    }
    return false
  }
}
