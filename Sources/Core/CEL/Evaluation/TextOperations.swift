// TextOperations: size, contains, startsWith, endsWith.

import Bytes

/// `size()` of texts (in code points), bytes, lists and maps.
final class Size: Operation {
  private let operand: Operand

  init(_ operand: Operand) { self.operand = operand }

  func value(in frame: inout Frame) throws(Failure) -> Value {
    switch try operand.value(in: &frame) {
    case .string(let text):
      try frame.charge(bytes: text.utf8.count, at: operand.offset)
      return .int(Int64(text.unicodeScalars.count))
    case .bytes(let bytes): return .int(Int64(bytes.count))
    case .list(let elements): return .int(Int64(elements.count))
    case .map(let map): return .int(Int64(map.entries.count))
    case let other: throw operand.refusal(of: other, by: "size()")
    }
  }
}

final class TextTest: Operation {
  enum Test: String, CaseIterable {
    case contains, startsWith, endsWith
  }

  private let test: Test
  private let operands: Operands

  init(_ test: Test, _ operands: Operands) {
    self.test = test
    self.operands = operands
  }

  func value(in frame: inout Frame) throws(Failure) -> Value {
    let values = try operands.values(in: &frame)
    guard case (.string(let text), .string(let part)) = values else {
      throw operands.refusal(of: values.left, and: values.right, by: "\(test.rawValue)()")
    }
    let (length, partLength) = (text.utf8.count, part.utf8.count)
    if partLength > length { return .bool(false) }
    switch test {
    case .startsWith: return .bool(Self.stands(part, in: text, at: 0))
    case .endsWith: return .bool(Self.stands(part, in: text, at: length - partLength))
    case .contains:
      try frame.charge(bytes: length * partLength, at: operands.offset)
      return .bool((0...length - partLength).contains { Self.stands(part, in: text, at: $0) })
    }
  }

  private static func stands(_ part: String, in text: String, at place: Int) -> Bool {
    text.utf8.span.extracting(place..<place + part.utf8.count).equals(part.utf8.span)
  }
}
