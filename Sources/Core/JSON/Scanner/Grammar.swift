// Grammar: walks over one JSON value without keeping anything, accepting exactly what jansson accepts.

/// RFC 8259 with jansson's bounds.
enum Grammar {
  /// How many values may stand inside each other, the outermost and the innermost included (JSON_PARSER_MAX_DEPTH).
  static let depthMax = 2048
}

extension Span where Element == UInt8 {
  /// The first index at or after `start` that is not white space.
  @inline(__always) func endOfSpaces(from start: Int) -> Int {
    var at = start
    while true {
      let byte = byte(at: at)
      if byte > 0x20 { return at }
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return at }
      at += 1
    }
  }

  /// The index after the value that starts at `start` and stands inside one object or array.
  func endOfValue(from start: Int) throws(TextFault) -> Int {
    var nobody = NoWitness()
    return try endOfValue(from: start, seenBy: &nobody)
  }

  /// The same; `witness` is told of every member below.
  @inline(__always)
  func endOfValue<Witness: NameWitness>(from start: Int, seenBy witness: inout Witness) throws(TextFault) -> Int {
    switch byte(at: start) {
    case UInt8(ascii: "{"), UInt8(ascii: "["): try endOfContainer(from: start, seenBy: &witness)
    default: try endOfScalar(from: start)
    }
  }

  /// The index after an object or array, whose nesting is followed in a loop: a hostile depth costs no stack.
  @_optimize(speed)
  private func endOfContainer<Witness: NameWitness>(
    from start: Int, seenBy witness: inout Witness
  ) throws(TextFault) -> Int {
    var open = OpenLevels()
    var depth = 1
    var closing: UInt8 = 0
    var at = start
    while true {
      // A value starts here.
      let first = byte(at: at)
      if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
        if depth >= Grammar.depthMax { throw tooDeep(at) }
        depth += 1
        closing = first &+ 2  // { and }, [ and ] are two apart in ASCII
        open.note(first == UInt8(ascii: "{"), at: depth)
        at = endOfSpaces(from: at + 1)
        if byte(at: at) != closing {
          if closing == UInt8(ascii: "}") { at = try startOfMemberValue(from: at, seenBy: &witness) }
          continue
        }
      } else {
        if depth >= Grammar.depthMax { throw tooDeep(at) }
        at = endOfSpaces(
          from: first == UInt8(ascii: "\"") ? try endOfString(from: at + 1) : try endOfScalar(from: at))
      }
      // A value has ended, or an empty container is about to.
      while true {
        let next = byte(at: at)
        if next == UInt8(ascii: ",") {
          at = endOfSpaces(from: at + 1)
          if closing == UInt8(ascii: "}") { at = try startOfMemberValue(from: at, seenBy: &witness) }
          break
        }
        if next != closing {
          throw TextFault(
            message: closing == UInt8(ascii: "}") ? "',' or '}' expected" : "',' or ']' expected", position: at)
        }
        at += 1
        depth -= 1
        if depth == 1 { return at }
        closing = open.isObject(at: depth) ? UInt8(ascii: "}") : UInt8(ascii: "]")
        at = endOfSpaces(from: at)
      }
    }
  }

  private func endOfScalar(from start: Int) throws(TextFault) -> Int {
    switch byte(at: start) {
    case UInt8(ascii: "\""): return try endOfString(from: start + 1)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try endOfNumber(from: start)
    case UInt8(ascii: "t") where word(at: start, upTo: start + 4) == 0x6575_7274: return start + 4
    case UInt8(ascii: "f") where word(at: start, upTo: start + 5) == 0x65_736C_6166: return start + 5
    case UInt8(ascii: "n") where word(at: start, upTo: start + 4) == 0x6C6C_756E: return start + 4
    default: throw TextFault(message: start < count ? "a value expected" : "the text ends too early", position: start)
    }
  }

  /// Where a member's value starts, given where its name must.
  @inline(__always) private func startOfMemberValue<Witness: NameWitness>(
    from start: Int, seenBy witness: inout Witness
  ) throws(TextFault) -> Int {
    guard byte(at: start) == UInt8(ascii: "\"") else { throw nameExpected(start) }
    let plain = endOfPlainText(from: start + 1)
    if byte(at: plain) == UInt8(ascii: "\"") {
      let value = try startOfValue(afterName: plain + 1)
      witness.sawName(start + 1..<plain, valueAt: value, in: self)
      return value
    }
    let end = try endOfName(from: plain)
    let value = try startOfValue(afterName: end)
    witness.sawEscapedName(start + 1..<end - 1, valueAt: value, in: self)
    return value
  }

  @inline(__always) func startOfValue(afterName end: Int) throws(TextFault) -> Int {
    let colon = endOfSpaces(from: end)
    guard byte(at: colon) == UInt8(ascii: ":") else { throw TextFault(message: "':' expected", position: colon) }
    return endOfSpaces(from: colon + 1)
  }

  func nameExpected(_ position: Int) -> TextFault {
    TextFault(message: "a member's name expected", position: position)
  }

  private func tooDeep(_ position: Int) -> TextFault {
    TextFault(message: "nested more than 2048 levels deep", position: position)
  }
}

/// Is told of the members a walk passes.
protocol NameWitness {
  /// Whether members whose names differ from those wanted by the case of their letters matter.
  static var mindsCase: Bool { get }
  var misspelled: Int? { get set }
  mutating func sawName(_ range: Range<Int>, valueAt value: Int, in text: Span<UInt8>)
  mutating func sawEscapedName(_ range: Range<Int>, valueAt value: Int, in text: Span<UInt8>)
}

/// Nobody looks.
struct NoWitness: NameWitness {
  static var mindsCase: Bool { false }
  var misspelled: Int? {
    get { nil }
    set {}
  }
  @inline(__always) mutating func sawName(_: Range<Int>, valueAt _: Int, in _: Span<UInt8>) {}
  @inline(__always) mutating func sawEscapedName(_: Range<Int>, valueAt _: Int, in _: Span<UInt8>) {}
}

extension NestedMembers: NameWitness {
  static var mindsCase: Bool { true }
}

/// Which of the open containers are objects: one bit a level.
private struct OpenLevels {
  private var bits: InlineArray<33, UInt64> = .init(repeating: 0)

  @inline(__always) mutating func note(_ isObject: Bool, at depth: Int) {
    let bit: UInt64 = 1 &<< UInt64(depth & 63)
    if isObject { bits[depth >> 6] |= bit } else { bits[depth >> 6] &= ~bit }
  }

  @inline(__always) func isObject(at depth: Int) -> Bool { bits[depth >> 6] & (1 &<< UInt64(depth & 63)) != 0 }
}
