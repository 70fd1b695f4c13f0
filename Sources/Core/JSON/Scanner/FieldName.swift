// FieldName: the names a scanner looks for, packed so that one comparison takes four words.

/// The members a scanner is asked for, in the manner of CodingKeys:
///
///     enum RequestField: String, FieldName { case model, stream, maxTokens = "max_tokens" }
///
/// At most 16 names of at most 32 bytes each.
public protocol FieldName: RawRepresentable<String>, CaseIterable, Hashable, Sendable {}

/// A member's name as bytes, at most 32 of them.
struct PackedName: Equatable {
  static let bytesMax = 32

  private var first: UInt64 = 0
  private var second: UInt64 = 0
  private var third: UInt64 = 0
  private var fourth: UInt64 = 0
  private var count: Int

  /// The bytes of `text` in `range` as they are; nil when there are too many.
  @inline(__always) init?(_ text: Span<UInt8>, _ range: Range<Int>) {
    count = range.count
    guard count <= Self.bytesMax else { return nil }
    first = text.word(at: range.lowerBound, upTo: range.upperBound)
    if count <= 8 { return }
    second = text.word(at: range.lowerBound + 8, upTo: range.upperBound)
    third = text.word(at: range.lowerBound + 16, upTo: range.upperBound)
    fourth = text.word(at: range.lowerBound + 24, upTo: range.upperBound)
  }

  /// The same letters, whatever their case.
  func isSpelled(like other: PackedName) -> Bool {
    let capitals: UInt64 = 0x2020_2020_2020_2020
    return count == other.count && first | capitals == other.first | capitals
      && second | capitals == other.second | capitals && third | capitals == other.third | capitals
      && fourth | capitals == other.fourth | capitals
  }

  /// The bytes the escaped string in `range`, without its quotes, spells; nil when there are too many.
  init?(unescaping text: Span<UInt8>, _ range: Range<Int>) {
    var words = (first: UInt64(0), second: UInt64(0), third: UInt64(0), fourth: UInt64(0))
    var count = 0
    text.unescape(range) { byte in
      let shifted = UInt64(byte) &<< UInt64((count & 7) * 8)
      switch count >> 3 {
      case 0: words.first |= shifted
      case 1: words.second |= shifted
      case 2: words.third |= shifted
      default: words.fourth |= shifted
      }
      count += 1
    }
    if count > Self.bytesMax { return nil }
    (first, second, third, fourth) = words
    self.count = count
  }
}
