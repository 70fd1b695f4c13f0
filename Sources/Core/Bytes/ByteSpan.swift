// ByteSpan: what the path asks of bytes it only looks at: find, compare, read a number.

import Glibc

extension Span where Element == UInt8 {
  /// Feeds all bytes to `hasher`.
  @inlinable public func feed(_ hasher: inout Hasher) {
    // SAFETY: the hasher only reads, while the closure runs.
    unsafe withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
  }

  /// Where `byte` first stands at or after `from`.
  @inlinable public func firstIndex(of byte: UInt8, from: Int = 0) -> Int? {
    // SAFETY: memchr stays inside the span's own bytes.
    unsafe withUnsafeBytes { bytes in
      guard from < bytes.count, let base = bytes.baseAddress else { return nil }
      guard let found = unsafe memchr(base + from, Int32(byte), bytes.count - from) else { return nil }
      return unsafe UnsafeRawPointer(found) - base
    }
  }

  /// Where `text`, not empty, first stands at or after `from`.
  @inlinable public func firstIndex(of text: StaticString, from: Int = 0) -> Int? {
    // SAFETY: the literal is not empty, so its first byte can be read.
    let first = unsafe text.utf8Start[0]
    var at = from
    while let candidate = firstIndex(of: first, from: at), candidate + text.utf8CodeUnitCount <= count {
      if extracting(candidate..<candidate + text.utf8CodeUnitCount).equals(text) { return candidate }
      at = candidate + 1
    }
    return nil
  }

  @inlinable public func contains(_ text: StaticString) -> Bool { firstIndex(of: text) != nil }

  /// Byte for byte the same.
  @inlinable public func equals(_ text: StaticString) -> Bool {
    // SAFETY: both sides hold `count` bytes, which is compared first.
    unsafe withUnsafeBytes { bytes in
      unsafe bytes.count == text.utf8CodeUnitCount
        && (bytes.isEmpty || memcmp(bytes.baseAddress!, text.utf8Start, bytes.count) == 0)
    }
  }

  /// Byte for byte the same.
  @inlinable public func equals(_ other: Span<UInt8>) -> Bool {
    if count != other.count { return false }
    if isEmpty { return true }
    // SAFETY: both spans hold `count` bytes.
    return unsafe withUnsafeBytes { mine in
      unsafe other.withUnsafeBytes { theirs in unsafe memcmp(mine.baseAddress!, theirs.baseAddress!, mine.count) == 0 }
    }
  }

  @inlinable public func starts(with text: StaticString) -> Bool {
    count >= text.utf8CodeUnitCount && extracting(0..<text.utf8CodeUnitCount).equals(text)
  }

  /// The same but for the case of ASCII letters, as header names compare (RFC 9110 5.1); `text` is lower case.
  @inlinable public func equalsIgnoringCase(_ text: StaticString) -> Bool {
    if count != text.utf8CodeUnitCount { return false }
    for index in 0..<count {
      var byte = self[index]
      if byte >= 65 && byte <= 90 { byte |= 32 }
      // SAFETY: index is below the literal's length, compared above.
      if unsafe byte != text.utf8Start[index] { return false }
    }
    return true
  }

  /// The same but for the case of ASCII letters.
  @inlinable public func equalsIgnoringCase(_ other: Span<UInt8>) -> Bool {
    if count != other.count { return false }
    for index in 0..<count {
      var mine = self[index]
      var theirs = other[index]
      if mine >= 65 && mine <= 90 { mine |= 32 }
      if theirs >= 65 && theirs <= 90 { theirs |= 32 }
      if mine != theirs { return false }
    }
    return true
  }

  /// The number these ASCII digits spell, or nil: empty, another byte, or too large for Int.
  @inlinable public var decimal: Int? {
    if isEmpty || count > 19 { return nil }
    var number = 0
    for index in 0..<count {
      let digit = self[index] &- 48
      if digit > 9 { return nil }
      let (tens, over) = number.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(Int(digit))
      if over || carry { return nil }
      number = sum
    }
    return number
  }

  /// Without the spaces and tabs at both ends (RFC 9110 5.6.3 OWS).
  @inlinable public var trimmed: Span<UInt8> {
    @_lifetime(copy self) get {
      var first = 0
      var last = count
      while first < last, self[first] == 32 || self[first] == 9 { first += 1 }
      while last > first, self[last - 1] == 32 || self[last - 1] == 9 { last -= 1 }
      return extracting(first..<last)
    }
  }
}

extension String {
  /// The text these bytes spell; bytes that are not UTF-8 become U+FFFD.
  @inlinable public init(_ bytes: Span<UInt8>) {
    // SAFETY: the bytes are copied before the closure ends.
    self = unsafe bytes.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
  }
}

extension [UInt8] {
  /// A copy of `bytes`.
  @inlinable public init(_ bytes: Span<UInt8>) {
    // SAFETY: the bytes are copied while the closure runs.
    self = unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) }
  }
}
