// RuleIndex: which budgets apply to a call, found without looking at all of them.

import Meters

/// Budgets by one exact value they match, so that ten thousand budgets of ten thousand users cost a call one look-up.
struct RuleIndex {
  /// Every dimension the rules ask for, once.
  private(set) var dimensions: [BudgetRule.Dimension] = []
  private var positions: [BudgetRule.Dimension: Int] = [:]
  /// By position of the dimension: the budgets that match one value of it.
  private var byValue: [[String: [Entry]]] = []
  /// Budgets that match no exact value.
  private var others: [Entry] = []

  private struct Entry {
    let place: Int
    /// All that the budget matches, by position of the dimension.
    let conditions: [(position: Int, selector: BudgetRule.Selector)]

    func applies(to values: [String?]) -> Bool {
      for condition in conditions where !condition.selector.matches(values[condition.position]) { return false }
      return true
    }
  }

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
      let entry = Entry(place: place, conditions: rule.match.map { (positions[$0.dimension]!, $0) })
      let exact = rule.match.filter { $0.exactValue != nil }
      if let rarest = exact.min(by: { frequencies[$0, default: 0] < frequencies[$1, default: 0] }) {
        byValue[positions[rarest.dimension]!][rarest.exactValue!, default: []].append(entry)
      } else {
        others.append(entry)
      }
    }
  }

  func position(of dimension: BudgetRule.Dimension) -> Int { positions[dimension]! }

  /// Puts the places of all budgets that apply to a call with these values into `places`.
  func find(_ values: [String?], into places: inout [Int]) {
    places.removeAll(keepingCapacity: true)
    for entry in others where entry.applies(to: values) { places.append(entry.place) }
    for position in byValue.indices where !byValue[position].isEmpty {
      guard let value = values[position], let found = byValue[position][value] else { continue }
      for entry in found where entry.applies(to: values) { places.append(entry.place) }
    }
  }

  private mutating func add(_ dimension: BudgetRule.Dimension) {
    if positions[dimension] != nil { return }
    positions[dimension] = dimensions.count
    dimensions.append(dimension)
  }
}
