// Head: the first line and the fields of a message, as the bytes they arrived in plus a table of where things stand.

import Bytes

/// A run of bytes inside a head, counted from its first byte.
@usableFromInline struct Run: Sendable {
  @usableFromInline var start: UInt32
  @usableFromInline var count: UInt32

  @inlinable init(_ start: Int, count: Int) {
    assert(start >= 0 && count >= 0 && start + count <= Int(UInt32.max), "\(count) bytes at \(start) of a head")
    self.start = UInt32(truncatingIfNeeded: start)
    self.count = UInt32(truncatingIfNeeded: count)
  }

  @inlinable var range: Range<Int> { Int(start)..<Int(start) + Int(count) }
  @inlinable var end: Int { Int(start) + Int(count) }
}

/// One field: its name, and its value without the whitespace around it.
@usableFromInline struct Field: Sendable {
  @usableFromInline var name: Run
  @usableFromInline var value: Run

  @inlinable init(name: Run, value: Run) {
    self.name = name
    self.value = value
  }
}

/// The fields of a message in the order they came. Names compare without regard to case (RFC 9110 5.1); looking one up
/// makes no string and copies nothing.
public struct Head: Sendable {
  /// The whole head as it arrived, blank line included.
  public let bytes: ByteSlice
  @usableFromInline let fields: [Field]
  /// Whether a Connection field names fields of its own as hop-by-hop.
  @usableFromInline let namesHops: Bool

  @usableFromInline init(bytes: ByteSlice, fields: [Field], namesHops: Bool) {
    assert((fields.last?.value.end ?? 0) <= bytes.count - 2, "a field ends outside its head of \(bytes.count) bytes")
    self.bytes = bytes
    self.fields = fields
    self.namesHops = namesHops
  }

  /// How many fields there are.
  @inlinable public var count: Int { fields.count }

  /// The name of field `index` as it was spelled.
  @inlinable @_lifetime(borrow self) public func name(at index: Int) -> Span<UInt8> {
    bytes.span.extracting(fields[index].name.range)
  }

  /// The value of field `index`, without the whitespace around it.
  @inlinable @_lifetime(borrow self) public func value(at index: Int) -> Span<UInt8> {
    bytes.span.extracting(fields[index].value.range)
  }

  /// The whole line of field `index` with its line break, ready to be forwarded as it is.
  @inlinable @_lifetime(borrow self) public func line(at index: Int) -> Span<UInt8> {
    let end = index + 1 < fields.count ? Int(fields[index + 1].name.start) : bytes.count - 2
    return bytes.span.extracting(Int(fields[index].name.start)..<end)
  }

  /// The whole lines of fields `range`, which stand one behind the other, ready to be forwarded as they are.
  @inlinable @_lifetime(borrow self) public func lines(_ range: Range<Int>) -> Span<UInt8> {
    if range.isEmpty { return bytes.span.extracting(0..<0) }
    let end = range.upperBound < fields.count ? Int(fields[range.upperBound].name.start) : bytes.count - 2
    return bytes.span.extracting(Int(fields[range.lowerBound].name.start)..<end)
  }

  /// The value of the first field called `name` (lower case), or nil.
  @inlinable public subscript(name: StaticString) -> Span<UInt8>? {
    @_lifetime(borrow self) get {
      guard let index = firstIndex(of: name) else { return nil }
      return value(at: index)
    }
  }

  /// The value of the first field called `name` (lower case) as a slice that keeps the head alive, or nil.
  @inlinable public func slice(of name: StaticString) -> ByteSlice? {
    guard let index = firstIndex(of: name) else { return nil }
    return bytes.slice(fields[index].value.range)
  }

  /// Where the first field called `name` (lower case) stands at or after `from`.
  @inlinable public func firstIndex(of name: StaticString, from: Int = 0) -> Int? {
    var index = from
    let length = UInt32(truncatingIfNeeded: name.utf8CodeUnitCount)
    while index < fields.count {
      let run = fields[index].name
      if run.count == length, bytes.span.extracting(run.range).equalsIgnoringCase(name) { return index }
      index += 1
    }
    return nil
  }

  /// The value of the first field called `name`, whatever its case, or nil: for names the policy chose.
  @inlinable @_lifetime(borrow self) public func value(of name: Span<UInt8>) -> Span<UInt8>? {
    for index in 0..<fields.count where self.name(at: index).equalsIgnoringCase(name) { return value(at: index) }
    return nil
  }

  /// How many fields are called `name` (lower case).
  @inlinable public func count(of name: StaticString) -> Int {
    var found = 0
    var from = 0
    while let index = firstIndex(of: name, from: from) {
      found += 1
      from = index + 1
    }
    return found
  }
}

extension Head {
  /// The same without the fields whose names do not pass.
  func filtered(_ passes: (Span<UInt8>) -> Bool) -> Head {
    var buffer = ByteBuffer(minimumCapacity: bytes.count)
    var kept: [Field] = []
    buffer.append(bytes.span.extracting(0..<(fields.first.map { Int($0.name.start) } ?? bytes.count - 2)))
    for (index, field) in fields.enumerated() where passes(name(at: index)) {
      let shift = buffer.count - Int(field.name.start)
      buffer.append(line(at: index))
      kept.append(
        Field(
          name: Run(Int(field.name.start) + shift, count: Int(field.name.count)),
          value: Run(Int(field.value.start) + shift, count: Int(field.value.count))))
    }
    buffer.append("\r\n")
    return Head(bytes: buffer.take(), fields: kept, namesHops: namesHops)
  }
}
