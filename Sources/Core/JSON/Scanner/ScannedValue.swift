// ScannedValue: where a value stands in a scanned text, and what it spells there.

import Bytes

/// A value found in a text: its place and kind. The text is passed to every question; it must be the one scanned.
public struct ScannedValue: Hashable, Sendable {
  @usableFromInline let start: UInt32
  @usableFromInline let end: UInt32
  public let kind: JSONKind

  init(_ range: Range<Int>, in text: Span<UInt8>) {
    start = UInt32(range.lowerBound)
    end = UInt32(range.upperBound)
    kind = text.kindOfValue(range)
  }

  /// The value's bytes, quotes and brackets included.
  @inlinable public var range: Range<Int> { Int(start)..<Int(end) }

  /// Nil for anything but an integer within Int64.
  public func integer(in text: Span<UInt8>) -> Int64? {
    guard kind == .integer else { return nil }
    let isNegative = text.byte(at: range.lowerBound) == UInt8(ascii: "-")
    var number: Int64 = 0
    for index in range.dropFirst(isNegative ? 1 : 0) {
      // Counted downwards, because Int64.min has no positive twin.
      let (tens, overTens) = number.multipliedReportingOverflow(by: 10)
      let (sum, over) = tens.subtractingReportingOverflow(Int64(text.byte(at: index)) - 48)
      if overTens || over { return nil }
      number = sum
    }
    if isNegative { return number }
    return number == .min ? nil : -number
  }

  public func bool(in text: Span<UInt8>) -> Bool? {
    kind == .boolean ? text.byte(at: range.lowerBound) == UInt8(ascii: "t") : nil
  }

  /// The string's text, escapes undone; nil for another kind.
  public func string(in text: Span<UInt8>) -> String? {
    guard kind == .string else { return nil }
    let inner = range.lowerBound + 1..<range.upperBound - 1
    if let plain = plainString(in: text) { return String(text.extracting(plain)) }
    var spelled: [UInt8] = []
    spelled.reserveCapacity(inner.count)
    text.unescape(inner) { spelled.append($0) }
    return String(spelled.span)
  }

  /// The bytes between the quotes of a string written without escapes, to be compared in place; nil otherwise.
  public func plainString(in text: Span<UInt8>) -> Range<Int>? {
    guard kind == .string else { return nil }
    let inner = range.lowerBound + 1..<range.upperBound - 1
    return text.extracting(inner).firstIndex(of: UInt8(ascii: "\\")) == nil ? inner : nil
  }
}

extension Span where Element == UInt8 {
  /// What the valid value in `range` is.
  func kindOfValue(_ range: Range<Int>) -> JSONKind {
    switch byte(at: range.lowerBound) {
    case UInt8(ascii: "{"): return .object
    case UInt8(ascii: "["): return .array
    case UInt8(ascii: "\""): return .string
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean
    case UInt8(ascii: "n"): return .null
    default:
      for index in range where byte(at: index) == UInt8(ascii: ".") || byte(at: index) | 0x20 == UInt8(ascii: "e") {
        return .real
      }
      return .integer
    }
  }

  /// Hands `take` the bytes the inside of a valid string spells, one by one.
  @inline(__always) func unescape(_ inner: Range<Int>, _ take: (UInt8) -> Void) {
    var at = inner.lowerBound
    while at < inner.upperBound {
      let byte = byte(at: at)
      guard byte == UInt8(ascii: "\\") else {
        take(byte)
        at += 1
        continue
      }
      let escape = self.byte(at: at + 1)
      at += 2
      switch escape {
      case UInt8(ascii: "b"): take(0x08)
      case UInt8(ascii: "t"): take(0x09)
      case UInt8(ascii: "n"): take(0x0A)
      case UInt8(ascii: "f"): take(0x0C)
      case UInt8(ascii: "r"): take(0x0D)
      case UInt8(ascii: "u"):
        var scalar = codeUnit(at: at) ?? 0xFFFD
        at += 4
        if scalar & 0xFC00 == 0xD800 {
          scalar = 0x10000 + (scalar & 0x3FF) << 10 + (codeUnit(at: at + 2) ?? 0) & 0x3FF
          at += 6
        }
        for byte in UTF8.encode(Unicode.Scalar(scalar) ?? "\u{FFFD}")! { take(byte) }
      default: take(escape)  // a quote, a backslash or a slash
      }
    }
  }
}
