// Units: amounts that people write with a unit: sizes and durations.

extension Place {
  /// A duration of 1 ms to 24 h: `500ms`, `10s`, `2m`, `1h`.
  func milliseconds(_ diagnostics: inout Diagnostics) -> Int64? {
    let day = 24 * 3_600_000 as Int64
    guard case .string(let text) = node.value else {
      report("must be a duration such as 500ms, 10s, 2m or 1h, and is \(node.kind)", &diagnostics)
      return nil
    }
    if let value = DurationText.milliseconds(text), (1...day).contains(value) { return value }
    report("must be a duration from 1ms to 24h such as 500ms, 10s, 2m or 1h, and is \(quoted(text))", &diagnostics)
    return nil
  }

  /// A size within `range`: `64 KiB`, `1MiB`, or a plain number of bytes.
  func bytes(in range: ClosedRange<Int>, _ diagnostics: inout Diagnostics) -> Int? {
    let units: KeyValuePairs<String, Int64> = ["": 1, "B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30]
    let spelled: String
    switch node.value {
    case .string(let text), .number(let text): spelled = text
    case .bool, .null, .sequence, .mapping:
      report("must be a size such as 64 KiB, and is \(node.kind)", &diagnostics)
      return nil
    }
    if let amount = Amount(spelled), let value = amount.multiplied(by: units), range.contains(Int(value)) {
      return Int(value)
    }
    report(
      "must be a size from \(Self.shown(range.lowerBound)) to \(Self.shown(range.upperBound)) in B, KiB, MiB or GiB, "
        + "and is \(quoted(spelled))", &diagnostics)
    return nil
  }

  private static func shown(_ bytes: Int) -> String {
    for (unit, size) in [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)] where bytes % size == 0 {
      return "\(bytes / size) \(unit)"
    }
    return "\(bytes) B"
  }
}

/// `10s`, `2m`, `12h`, `7d`.
enum DurationText {
  private static let units: KeyValuePairs<String, Int64> = [
    "ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000,
  ]

  static func milliseconds(_ text: some StringProtocol) -> Int64? { Amount(text)?.multiplied(by: units) }

  /// In the largest unit that says it in a whole number.
  static func spelled(_ milliseconds: Int64) -> String {
    let unit = units.last { milliseconds % $0.value == 0 }!
    return "\(milliseconds / unit.value)\(unit.key)"
  }
}

extension String {
  /// Split at an ASCII character; splitting by `Character` would look for the borders of graphemes first.
  func parts(between separator: Unicode.Scalar, keepingEmpty: Bool = false) -> [String] {
    let bytes = Array(utf8)
    var parts: [String] = []
    parts.reserveCapacity(4)
    var start = 0
    for end in 0...bytes.count where end == bytes.count || bytes[end] == UInt8(ascii: separator) {
      if keepingEmpty || start < end { parts.append(String(decoding: bytes[start..<end], as: UTF8.self)) }
      start = end + 1
    }
    return parts
  }
}

/// Digits and the unit after them, with spaces between or without.
struct Amount: Equatable {
  /// nil when the digits say more than Int64 holds.
  let number: Int64?
  let unit: String

  /// nil when the text does not start with a digit.
  init?(_ text: some StringProtocol) {
    let bytes = text.utf8
    var number: Int64? = 0
    var end = bytes.startIndex
    while end < bytes.endIndex, bytes[end].isDigit {
      number = number.flatMap { Self.appending(bytes[end] - 48, to: $0) }
      end = bytes.index(after: end)
    }
    if end == bytes.startIndex { return nil }
    self.number = number
    while end < bytes.endIndex, bytes[end] == UInt8(ascii: " ") { end = bytes.index(after: end) }
    unit = String(text[end...])
  }

  private static func appending(_ digit: UInt8, to number: Int64) -> Int64? {
    let (tens, isTooMuch) = number.multipliedReportingOverflow(by: 10)
    let (sum, isOver) = tens.addingReportingOverflow(Int64(digit))
    return isTooMuch || isOver ? nil : sum
  }

  /// The amount in the smallest of `units`; nil for another unit or beyond Int64.
  func multiplied(by units: KeyValuePairs<String, Int64>) -> Int64? {
    guard let number, let size = units.first(where: { $0.key == unit })?.value else { return nil }
    let (product, overflow) = number.multipliedReportingOverflow(by: size)
    return overflow ? nil : product
  }
}
