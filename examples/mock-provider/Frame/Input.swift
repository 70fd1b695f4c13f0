// Input: a prompt or a text to embed, as a string or as token numbers, alone or in a list.

import Bytes
import JSON

struct Input: Sendable {
  let tokens: Int
  /// Its first bytes, for the reply to echo.
  let opening: ByteSlice
  /// The same for the same input: what its embedding is made of.
  let seed: UInt64

  private static let countMax = 2048

  /// A text that was read already.
  init(_ text: String) {
    let bytes = ByteSlice(text)
    tokens = UsageRule.tokens(ofBytes: bytes.count)
    opening = bytes.slice(0..<bytes.span.characterBoundary(notAfter: ReplyText.echoBytesMax))
    seed = Self.hash(bytes.span)
  }

  /// The inputs of a string, an array of strings, an array of token numbers, or an array of such arrays.
  static func list(_ value: ScannedValue, named name: String, in body: Span<UInt8>) throws(Refusal) -> [Input] {
    if let one = Input(value, in: body) { return [one] }
    guard value.kind == .array else { throw wrongKind(name) }
    var list = ArrayScanner(value)
    var inputs: [Input] = []
    while let next = try? list.next(in: body) {
      guard let input = Input(next, in: body) else { throw wrongKind(name) }
      inputs.append(input)
    }
    if inputs.isEmpty { throw .invalid("Invalid '\(name)': empty array.", param: name, code: "empty_array") }
    if inputs.count > countMax {
      throw .invalid("Invalid '\(name)': more than \(countMax) elements.", param: name, code: "array_above_max_length")
    }
    return inputs
  }

  private static func wrongKind(_ name: String) -> Refusal {
    .invalid(
      "Invalid type for '\(name)': expected a string, an array of strings or an array of token numbers.", param: name,
      code: "invalid_type")
  }

  /// One input: a string, or an array of token numbers.
  private init?(_ value: ScannedValue, in body: Span<UInt8>) {
    switch value.kind {
    case .string:
      let inner = body.extracting(value.range.lowerBound + 1..<value.range.upperBound - 1)
      var text = ByteBuffer()
      SpelledText.append(inner, atMost: ReplyText.echoBytesMax, to: &text)
      opening = text.take()
      tokens = UsageRule.tokens(ofBytes: SpelledText.count(of: inner))
    case .array:
      var list = ArrayScanner(value)
      var count = 0
      while let token = try? list.next(in: body) {
        if token.kind != .integer { return nil }
        count += 1
      }
      if count == 0 { return nil }
      tokens = count
      opening = ByteSlice()
    case .object, .integer, .real, .boolean, .null: return nil
    }
    seed = Self.hash(body.extracting(value.range))
  }

  /// FNV-1a, 64 bits.
  private static func hash(_ text: Span<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for index in text.indices { hash = (hash ^ UInt64(text[index])) &* 0x100_0000_01B3 }
    return hash
  }
}
