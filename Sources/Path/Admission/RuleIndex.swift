// RuleIndex: which budgets may apply to a call, without looking at all of them.

import Meters

/// Budgets by one exact value they match, so that ten thousand budgets of ten thousand users cost a call one look-up.
struct RuleIndex {
  /// Every dimension the rules ask for, once.
  private(set) var dimensions: [BudgetRule.Dimension] = []
  private var positions: [BudgetRule.Dimension: Int] = [:]
  /// By position of the dimension: the budgets that match one value of it.
  private var byValue: [[String: [Int]]] = []
  /// Budgets that match no exact value.
  private var others: [Int] = []

  init() {}

  /// `places` says where the budget of each rule stands.
  init(_ rules: [BudgetRule], places: [Int]) {
    for rule in rules {
      for dimension in rule.per { add(dimension) }
      for selector in rule.match { add(selector.dimension) }
    }
    byValue = Array(repeating: [:], count: dimensions.count)
    // A rule is found by the rarest of its values.
    var frequencies: [BudgetRule.Selector: Int] = [:]
    for rule in rules where rule.match.count > 1 {
      for selector in rule.match where selector.exactValue != nil { frequencies[selector, default: 0] += 1 }
    }
    for (rule, place) in zip(rules, places) {
      let exact = rule.match.filter { $0.exactValue != nil }
      if let rarest = exact.min(by: { frequencies[$0, default: 0] < frequencies[$1, default: 0] }) {
        byValue[positions[rarest.dimension]!][rarest.exactValue!, default: []].append(place)
      } else {
        others.append(place)
      }
    }
  }

  func position(of dimension: BudgetRule.Dimension) -> Int { positions[dimension]! }

  /// Puts the places of all budgets that may apply to a call with these values into `places`.
  func find(_ values: [String?], into places: inout [Int]) {
    places.removeAll(keepingCapacity: true)
    places.append(contentsOf: others)
    for position in byValue.indices where !byValue[position].isEmpty {
      if let value = values[position], let found = byValue[position][value] { places.append(contentsOf: found) }
    }
  }

  private mutating func add(_ dimension: BudgetRule.Dimension) {
    if positions[dimension] != nil { return }
    positions[dimension] = dimensions.count
    dimensions.append(dimension)
  }
}
