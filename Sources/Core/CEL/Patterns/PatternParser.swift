// PatternParser: reads the syntax of RE2 (github.com/google/re2/wiki/Syntax) as far as matching asks for it.

/// Refuses what RE2 does not have either (look-around, back-references), and Unicode classes.
struct PatternParser {
  private let scalars: [Unicode.Scalar]
  private var at = 0
  private var depth = 0
  private var ignoresCase = false

  static func parse(_ text: String) throws(PatternError) -> PatternTree {
    var parser = PatternParser(scalars: Array(text.unicodeScalars))
    let tree = try parser.choice()
    if parser.at < parser.scalars.count { throw parser.error("has a ) without its (") }
    return tree
  }

  private init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

  private func error(_ reason: String) -> PatternError {
    PatternError(message: "the pattern \(reason), at its character \(min(at, scalars.count) + 1)")
  }

  private func next(_ distance: Int = 0) -> Unicode.Scalar? {
    at + distance < scalars.count ? scalars[at + distance] : nil
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    if next() != scalar { return false }
    at += 1
    return true
  }

  // MARK: structure

  private mutating func choice() throws(PatternError) -> PatternTree {
    var branches = [try sequence()]
    while take("|") { branches.append(try sequence()) }
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  private mutating func sequence() throws(PatternError) -> PatternTree {
    var parts: [PatternTree] = []
    while let scalar = next(), scalar != "|", scalar != ")" { parts.append(try repeated(try atom())) }
    return parts.count == 1 ? parts[0] : parts.isEmpty ? .empty : .sequence(parts)
  }

  private mutating func repeated(_ atom: PatternTree) throws(PatternError) -> PatternTree {
    var tree = atom
    var repeats = 0
    while true {
      if take("*") {
        tree = .repeated(tree, least: 0, most: nil)
      } else if take("+") {
        tree = .repeated(tree, least: 1, most: nil)
      } else if take("?") {
        tree = .repeated(tree, least: 0, most: 1)
      } else if let (least, most) = try bounds() {
        tree = .repeated(tree, least: least, most: most)
      } else {
        return tree
      }
      // Whether the fewest are tried first makes no difference to whether there is a match.
      _ = take("?")
      repeats += 1
      if repeats > 1 { throw error("repeats a repetition; put it in brackets") }
    }
  }

  /// `{3}`, `{3,}` or `{3,5}`; any other brace stands for itself.
  private mutating func bounds() throws(PatternError) -> (least: Int, most: Int?)? {
    let start = at
    guard take("{"), let least = number() else {
      at = start
      return nil
    }
    var most: Int? = least
    if take(",") { most = number() }
    guard take("}") else {
      at = start
      return nil
    }
    if least > Limits.patternRepeatsMax || most ?? 0 > Limits.patternRepeatsMax {
      throw error("repeats more than \(Limits.patternRepeatsMax) times")
    }
    if let most, most < least { throw error("has a repetition {\(least),\(most)} that ends before it begins") }
    return (least, most)
  }

  private mutating func number() -> Int? {
    var number: Int?
    while let digit = next(), ("0"..."9").contains(digit) {
      number = min((number ?? 0) * 10 + Int(digit.value - 48), 1_000_000)
      at += 1
    }
    return number
  }

  // MARK: atoms

  private mutating func atom() throws(PatternError) -> PatternTree {
    guard let scalar = next() else { return .empty }
    switch scalar {
    case "(": return try group()
    case "[": return .one(try characterClass())
    case "\\": return try escape()
    case "*", "+", "?": throw error("repeats nothing")
    default: break
    }
    at += 1
    switch scalar {
    case ".": return .one(.notNewline)
    case "^": return .assertion(.start)
    case "$": return .assertion(.end)
    default: return .one(ScalarSet(ranges: [scalar...scalar], ignoresCase: ignoresCase))
    }
  }

  private mutating func group() throws(PatternError) -> PatternTree {
    at += 1
    let outerCase = ignoresCase
    if take("?") {
      if take("i") {
        ignoresCase = true
        // `(?i)` holds to the end of the group it stands in.
        if take(")") { return .empty }
      } else if take("P") || next() == "<" {
        guard take("<"), next() != "=", next() != "!" else { throw error("looks behind, which is not supported") }
        while let scalar = next(), ScalarSet.word.contains(scalar) { at += 1 }
        guard take(">") else { throw error("names a group without >") }
      }
      if scalars[at - 1] != ">", !take(":") {
        throw error("has a group (? that is not supported; there are (?:...), (?i) and (?P<name>...)")
      }
    }
    if depth >= Limits.patternDepthMax { throw error("has more than \(Limits.patternDepthMax) groups in each other") }
    depth += 1
    let tree = try choice()
    depth -= 1
    guard take(")") else { throw error("has a ( without its )") }
    ignoresCase = outerCase
    return tree
  }

  private mutating func escape() throws(PatternError) -> PatternTree {
    switch next(1) {
    case "b": at += 2; return .assertion(.wordBoundary)
    case "B": at += 2; return .assertion(.noWordBoundary)
    case "A": at += 2; return .assertion(.start)
    case "z": at += 2; return .assertion(.end)
    default: return .one(try escapedSet())
    }
  }

  /// `\d`, `\.`, `\n`, `\x41`, `\x{1F600}`.
  private mutating func escapedSet() throws(PatternError) -> ScalarSet {
    at += 1
    guard let letter = next() else { throw error("ends with a backslash") }
    at += 1
    switch letter {
    case "d": return .digits
    case "D": return ScalarSet(ranges: ScalarSet.digits.ranges, isNegated: true)
    case "w": return .word
    case "W": return ScalarSet(ranges: ScalarSet.word.ranges, isNegated: true)
    case "s": return .space
    case "S": return ScalarSet(ranges: ScalarSet.space.ranges, isNegated: true)
    case "n": return ScalarSet(ranges: ["\n"..."\n"])
    case "r": return ScalarSet(ranges: ["\r"..."\r"])
    case "t": return ScalarSet(ranges: ["\t"..."\t"])
    case "f": return ScalarSet(ranges: ["\u{C}"..."\u{C}"])
    case "v": return ScalarSet(ranges: ["\u{B}"..."\u{B}"])
    case "a": return ScalarSet(ranges: ["\u{7}"..."\u{7}"])
    case "x":
      let scalar = try hexadecimal()
      return ScalarSet(ranges: [scalar...scalar], ignoresCase: ignoresCase)
    default:
      if letter.isASCII, !ScalarSet.word.contains(letter) { return ScalarSet(ranges: [letter...letter]) }
      at -= 1
      throw error("has an escape \\\(letter) that is not supported")
    }
  }

  private mutating func hexadecimal() throws(PatternError) -> Unicode.Scalar {
    let isBraced = take("{")
    var digits = ""
    while digits.count < (isBraced ? 6 : 2), let digit = next(), digit.properties.isASCIIHexDigit {
      digits.unicodeScalars.append(digit)
      at += 1
    }
    guard isBraced ? take("}") : digits.count == 2, let number = UInt32(digits, radix: 16),
      let scalar = Unicode.Scalar(number)
    else { throw error("has an escape \\x without the number of a character") }
    return scalar
  }

  // MARK: classes

  /// `[a-z_]`, `[^\s]`; a ] that comes first stands for itself.
  private mutating func characterClass() throws(PatternError) -> ScalarSet {
    at += 1
    var set = ScalarSet(ranges: [], isNegated: take("^"), ignoresCase: ignoresCase)
    var isFirst = true
    while isFirst || next() != "]" {
      isFirst = false
      guard let scalar = next() else { throw error("has a [ without its ]") }
      if scalar == "[", next(1) == ":" { throw error("has a class [: :], which is not supported; write a-z") }
      let low = try member()
      guard let first = low.single, next() == "-", let after = next(1), after != "]" else {
        // The complement of a set inside a set: everything before, between and behind its ranges.
        set.ranges += low.isNegated ? low.complement : low.ranges
        continue
      }
      at += 1
      guard let last = try member().single, first <= last else { throw error("has a range that ends before it begins") }
      set.ranges.append(first...last)
    }
    at += 1
    return set
  }

  private mutating func member() throws(PatternError) -> ScalarSet {
    if next() == "\\" { return try escapedSet() }
    guard let scalar = next() else { throw error("has a [ without its ]") }
    at += 1
    return ScalarSet(ranges: [scalar...scalar])
  }
}

extension ScalarSet {
  /// The only character, where there is only one.
  fileprivate var single: Unicode.Scalar? {
    guard !isNegated, ranges.count == 1, ranges[0].lowerBound == ranges[0].upperBound else { return nil }
    return ranges[0].lowerBound
  }

  /// What `ranges`, which are in order, leave out.
  fileprivate var complement: [ClosedRange<Unicode.Scalar>] {
    var left: [ClosedRange<Unicode.Scalar>] = []
    var first: Unicode.Scalar = "\0"
    for range in ranges {
      if let last = Unicode.Scalar(range.lowerBound.value &- 1), last >= first { left.append(first...last) }
      guard let next = Unicode.Scalar(range.upperBound.value + 1) else { return left }
      first = next
    }
    return left + [first..."\u{10FFFF}"]
  }
}
