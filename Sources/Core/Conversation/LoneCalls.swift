// LoneCalls: of several calls of tools in one answer, the first.

/// Lets the first call of every choice through and none after it, for agents that want one at a time before providers that
/// cannot be told so.
public struct LoneCalls: Sendable {
  /// Which choices have had their call.
  private var called: Set<Int> = []
  private var left: Set<PartPlace> = []

  public init() {}

  /// Whether the agent is told of `event`.
  public mutating func lets(_ event: AnswerEvent) -> Bool {
    switch event {
    case .partBegan(.toolUse, let place):
      if called.insert(place.choice).inserted { return true }
      left.insert(place)
      return false
    case .partGrew(_, let place): return !left.contains(place)
    case .partEnded(let place): return left.remove(place) == nil
    case .partBegan, .began, .choiceFinished, .usageReported, .ended, .failed, .idled: return true
    }
  }

  /// The parts of a whole choice.
  public static func of(_ parts: [Part]) -> [Part] {
    var hasCalled = false
    return parts.filter { part in
      guard case .toolUse = part.content else { return true }
      defer { hasCalled = true }
      return !hasCalled
    }
  }
}
