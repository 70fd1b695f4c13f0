// NestedMembers: members with certain names, at whatever depth they stand below the scanned object's own.

import Bytes

/// The names looked for. Build one and keep it.
public struct NestedNames: Sendable {
  let names: [[UInt8]]
  /// Bit `n` is set where a name has `n` bytes.
  let lengths: UInt64

  /// How a string must begin for its member to be kept; nil keeps members of any value.
  let beginnings: [StaticString?]

  /// - Parameters:
  ///   - names: each of at most 63 bytes.
  ///   - beginnings: of names that are only looked for where their value is a string that begins so.
  public init(_ names: [String], beginnings: [String: StaticString] = [:]) {
    self.names = names.map { Array($0.utf8) }
    self.beginnings = names.map { beginnings[$0] }
    precondition(self.names.allSatisfy { $0.count < 64 }, "a nested name is longer than 63 bytes")
    lengths = self.names.reduce(0) { $0 | 1 &<< UInt64($1.count) }
  }
}

/// What one scan found of them, in the order of the text. Bodies that have none cost no memory. Of a body that has more than
/// are kept, everything is taken to be there that is asked for.
public struct NestedMembers: Sendable {
  public enum Limits {
    /// Places kept; what comes after is only counted.
    public static let placesMax = 4_096
  }

  public struct Place: Sendable {
    /// Which of the names, by its index.
    public let name: Int
    /// Where the member's value starts.
    public let value: Int
  }

  let wanted: NestedNames
  public private(set) var places: [Place] = []
  private var count = 0
  private var isFull: Bool { count > Limits.placesMax }
  /// Which of the scanner's own names the object has in other capitals, by its place among the cases; nil for none.
  public internal(set) var misspelled: Int?

  public init(_ wanted: NestedNames) { self.wanted = wanted }

  @inline(__always) mutating func sawName(_ range: Range<Int>, valueAt value: Int, in text: Span<UInt8>) {
    if range.count < 64, wanted.lengths & (1 &<< UInt64(range.count)) != 0 { compare(range, valueAt: value, in: text) }
  }

  private mutating func compare(_ range: Range<Int>, valueAt value: Int, in text: Span<UInt8>) {
    let name = text.extracting(range)
    for index in wanted.names.indices {
      let candidate = wanted.names[index]
      if name.equals(candidate.span) { found(index, value, in: text) }
    }
  }

  /// The same for a name that is written with escapes.
  mutating func sawEscapedName(_ range: Range<Int>, valueAt value: Int, in text: Span<UInt8>) {
    var spelled: [UInt8] = []
    text.unescape(range) { spelled.append($0) }
    for index in wanted.names.indices where wanted.names[index] == spelled { found(index, value, in: text) }
  }

  private mutating func found(_ name: Int, _ value: Int, in text: Span<UInt8>) {
    if let beginning = wanted.beginnings[name], !text.string(at: value, begins: beginning) { return }
    count += 1
    if places.count < Limits.placesMax { places.append(Place(name: name, value: value)) }
  }

  /// Whether some member `name` is a string that begins with `text`.
  public func hasString(_ name: Int, beginning text: StaticString, in body: Span<UInt8>) -> Bool {
    for place in places where place.name == name {
      if body.string(at: place.value, begins: text) { return true }
    }
    return isFull
  }

  /// Whether some member `name` is a string that does not begin with `text` as it is written here.
  public func hasString(_ name: Int, notBeginning text: StaticString, in body: Span<UInt8>) -> Bool {
    for place in places where place.name == name && body.byte(at: place.value) == UInt8(ascii: "\"") {
      if !body.string(at: place.value, begins: text) { return true }
    }
    return isFull
  }

  /// The insides of the strings of members `name` that are written in more than `most` bytes and without escapes.
  public func strings(_ name: Int, over most: Int, in body: Span<UInt8>) -> [Range<Int>] {
    var found: [Range<Int>] = []
    for place in places where place.name == name && body.byte(at: place.value) == UInt8(ascii: "\"") {
      let end = body.endOfPlainText(from: place.value + 1)
      if end - place.value - 1 > most, body.byte(at: end) == UInt8(ascii: "\"") { found.append(place.value + 1..<end) }
    }
    return found
  }

  /// Whether some member `name` stands there at all, whatever its value but null.
  public func has(_ name: Int, in body: Span<UInt8>) -> Bool {
    for place in places where place.name == name {
      if body.byte(at: place.value) != UInt8(ascii: "n") { return true }
    }
    return isFull
  }
}

extension Span where Element == UInt8 {
  fileprivate func string(at start: Int, begins text: StaticString) -> Bool {
    byte(at: start) == UInt8(ascii: "\"")
      && extracting(start + 1..<Swift.min(count, start + 1 + text.utf8CodeUnitCount)).equals(text)
  }
}
