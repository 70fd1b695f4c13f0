// Stage 4 of 8: takes a call, gives the order in which the candidates of its model's chain are tried.
//
// Chain: the candidates of one virtual model, by priority, then by weight.

import Exchange

/// One way to answer for a virtual model.
public struct Candidate: Hashable, Sendable {
  public let backend: BackendName
  /// The name this backend is asked for; nil means the name the agent used.
  public let modelNameOverride: ModelName?
  /// Lower is tried first.
  public let priority: Int
  /// Share of the calls among candidates of equal priority; 0 means only when the others have failed.
  public let weight: Int

  public init(backend: BackendName, modelNameOverride: ModelName? = nil, priority: Int, weight: Int = 1) {
    self.backend = backend
    self.modelNameOverride = modelNameOverride
    self.priority = priority
    self.weight = weight
  }
}

/// A virtual model's candidates and what moves a call from one to the next.
public struct Chain: Hashable, Sendable {
  public let candidates: [Candidate]
  public let triggers: Set<FailoverTrigger>
  /// Whether the order is the same for every call, because no two candidates share a priority.
  public let isFixed: Bool

  /// `candidates` in any order; an empty chain answers nothing.
  public init(candidates: [Candidate], failsOverOn triggers: Set<FailoverTrigger>) {
    // Stable: candidates of equal priority keep the order they were written in.
    self.candidates = candidates.enumerated().sorted { ($0.1.priority, $0.0) < ($1.1.priority, $1.0) }.map(\.1)
    self.triggers = triggers
    isFixed = Set(candidates.map(\.priority)).count == candidates.count
  }

  /// The candidate indices in the order this call tries them: priorities ascending, and within one priority a weighted
  /// shuffle drawn with `random`, so that a candidate of weight 3 is first three times as often as one of weight 1.
  public func order(using random: inout some RandomNumberGenerator) -> [Int] {
    if isFixed { return Array(candidates.indices) }
    var order: [Int] = []
    order.reserveCapacity(candidates.count)
    var first = 0
    while first < candidates.count {
      var last = first
      while last < candidates.count, candidates[last].priority == candidates[first].priority { last += 1 }
      shuffle(first..<last, into: &order, using: &random)
      first = last
    }
    return order
  }

  private func shuffle(
    _ tier: Range<Int>, into order: inout [Int], using random: inout some RandomNumberGenerator
  ) {
    var left = Array(tier)
    while !left.isEmpty {
      let total = left.reduce(0) { $0 + candidates[$1].weight }
      var chosen = 0
      if total > 0 {
        var draw = Int.random(in: 0..<total, using: &random)
        while draw >= candidates[left[chosen]].weight {
          draw -= candidates[left[chosen]].weight
          chosen += 1
        }
      }
      order.append(left.remove(at: chosen))
    }
  }
}
