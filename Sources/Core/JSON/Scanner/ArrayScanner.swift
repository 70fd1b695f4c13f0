// ArrayScanner: the elements of an array, one after the other, where they stand.

/// Walks over an array found by a scan, such as a reply's `choices`.
///
///     var choices = ArrayScanner(field.value)
///     while let choice = try choices.next(in: body) { ... }
public struct ArrayScanner: Sendable {
  private var at: Int
  private let end: Int
  private var isFirst = true

  /// `array` must be of kind array.
  public init(_ array: ScannedValue) {
    precondition(array.kind == .array, "elements of a value of kind \(array.kind)")
    at = array.range.lowerBound
    end = array.range.upperBound
  }

  /// The next element; nil after the last. The text must be the one scanned. Throws where an array of another text ends
  /// too early or is none.
  public mutating func next(in text: Span<UInt8>) throws(JSONError) -> ScannedValue? {
    do throws(TextFault) {
      return try next(of: text.extracting(0..<end))
    } catch {
      throw JSONError(error, in: text)
    }
  }

  private mutating func next(of text: Span<UInt8>) throws(TextFault) -> ScannedValue? {
    if at == end { return nil }
    let separator = text.endOfSpaces(from: at)
    let start = text.endOfSpaces(from: separator + 1)
    let closing = isFirst ? start : separator
    if text.byte(at: closing) == UInt8(ascii: "]") {
      at = end
      return nil
    }
    guard text.byte(at: separator) == (isFirst ? UInt8(ascii: "[") : UInt8(ascii: ",")) else {
      throw TextFault(message: "',' or ']' expected", position: separator)
    }
    isFirst = false
    at = try text.endOfValue(from: start)
    return ScannedValue(start..<at, in: text)
  }
}
