// Pattern: a regular expression as a machine that reads a text once, in time proportional to both.

/// A compiled pattern. The machine is in many states at once (Thompson's construction), so that no pattern makes it go
/// back: a match takes at most states times characters.
public struct Pattern: Sendable {
  private enum State {
    case one(ScalarSet)
    case assertion(PatternAssertion)
    /// Goes on at both places at once.
    case split(Int, Int)
    case jump(Int)
    case matched
  }

  private var states: [State] = []
  /// Parts of the tree that were looked at: repeated nothings make no states, and must end too.
  private var visits = 0

  /// Throws for other syntax, and for a pattern with more states than are allowed.
  ///
  /// - Parameter text: in the syntax of RE2, without Unicode classes.
  public init(_ text: String) throws(PatternError) {
    let tree = try PatternParser.parse(text)
    try add(tree)
    states.append(.matched)
  }

  var stateCount: Int { states.count }

  // MARK: construction

  private mutating func add(_ tree: PatternTree) throws(PatternError) {
    visits += 1
    if states.count + visits / 10 > Limits.patternStatesMax {
      throw PatternError(message: "the pattern is too large; use fewer or smaller repetitions")
    }
    switch tree {
    case .empty: break
    case .one(let set): states.append(.one(set))
    case .assertion(let assertion): states.append(.assertion(assertion))
    case .sequence(let parts): for part in parts { try add(part) }
    case .choice(let branches): try add(branches)
    case .repeated(let part, let least, let most):
      for _ in 0..<least { try add(part) }
      if let most {
        for _ in least..<most { try addOptional(part) }
      } else {
        let split = states.count
        try addOptional(part, thenBackTo: split)
      }
    }
  }

  private mutating func add(_ branches: [PatternTree]) throws(PatternError) {
    var jumps: [Int] = []
    for branch in branches.dropLast() {
      let split = states.count
      states.append(.matched)
      try add(branch)
      jumps.append(states.count)
      states.append(.matched)
      states[split] = .split(split + 1, states.count)
    }
    if let last = branches.last { try add(last) }
    for jump in jumps { states[jump] = .jump(states.count) }
  }

  private mutating func addOptional(_ part: PatternTree, thenBackTo start: Int? = nil) throws(PatternError) {
    let split = states.count
    states.append(.matched)
    try add(part)
    if let start { states.append(.jump(start)) }
    states[split] = .split(split + 1, states.count)
  }

  // MARK: matching

  /// Whether the pattern matches somewhere in the text.
  public func matches(_ text: String) -> Bool {
    var active = Places(count: states.count)
    var following = Places(count: states.count)
    var before: Unicode.Scalar?
    var scalars = text.unicodeScalars.makeIterator()
    while true {
      let scalar = scalars.next()
      // A match may begin at every place.
      if enter(0, &active, after: before, before: scalar) { return true }
      guard let scalar else { return false }
      let after = active.places
      following.removeAll()
      let peek = scalars
      var ahead = peek
      let second = ahead.next()
      for place in after {
        if case .one(let set) = states[place], set.contains(scalar),
          enter(place + 1, &following, after: scalar, before: second)
        {
          return true
        }
      }
      swap(&active, &following)
      before = scalar
    }
  }

  /// Adds a place and all that is reached from it without reading.
  /// - Returns: whether the end of the pattern is among them.
  private func enter(
    _ start: Int, _ places: inout Places, after before: Unicode.Scalar?, before after: Unicode.Scalar?
  ) -> Bool {
    var pending = [start]
    while let place = pending.popLast() {
      guard places.insert(place) else { continue }
      switch states[place] {
      case .one: break
      case .assertion(let assertion): if assertion.holds(after: before, before: after) { pending.append(place + 1) }
      case .split(let one, let other): pending += [other, one]
      case .jump(let target): pending.append(target)
      case .matched: return true
      }
    }
    return false
  }
}

/// The places a machine is at, each once.
private struct Places {
  private(set) var places: [Int] = []
  private var isIn: [Bool]

  init(count: Int) { isIn = Array(repeating: false, count: count) }

  mutating func insert(_ place: Int) -> Bool {
    if isIn[place] { return false }
    isIn[place] = true
    places.append(place)
    return true
  }

  mutating func removeAll() {
    for place in places { isIn[place] = false }
    places.removeAll(keepingCapacity: true)
  }
}

/// `text.matches(pattern)`.
final class PatternTest: Operation {
  private let operands: Operands
  /// nil where the pattern is computed.
  private let ready: Pattern?

  init(_ operands: Operands, _ ready: Pattern?) {
    self.operands = operands
    self.ready = ready
  }

  func value(in frame: inout Frame) throws(Failure) -> Value {
    let values = try operands.values(in: &frame)
    guard case (.string(let text), .string(let source)) = values else {
      throw operands.refusal(of: values.left, and: values.right, by: "matches()")
    }
    let pattern: Pattern
    if let ready {
      pattern = ready
    } else {
      try frame.charge(source.utf8.count + Limits.patternStatesMax, at: operands.offset)
      do throws(PatternError) { pattern = try Pattern(source) } catch {
        throw operands.failure(.badPattern(error.message))
      }
    }
    try frame.charge(bytes: text.utf8.count * pattern.stateCount, at: operands.offset)
    return .bool(pattern.matches(text))
  }
}
