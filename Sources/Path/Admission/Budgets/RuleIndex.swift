// RuleIndex: which budgets apply to a call, found without looking at all of them.

import Meters

/// Budgets by one exact value they match, so that ten thousand budgets of ten thousand users cost a call one look-up.
struct RuleIndex {
  /// Every dimension the rules ask for, once.
  private(set) var dimensions: [BudgetRule.Dimension] = []
  private var positions: [BudgetRule.Dimension: Int] = [:]
  /// By position of the dimension: the first entry of those that match one value of it.
  private var byValue: [[String: Int]] = []
  /// Those that are found by a value, each with the next one of the same value.
  private var entries: [Entry] = []
  /// Budgets that match no exact value.
  private var others: [Entry] = []

  private struct Entry {
    let place: Int
    /// All that the budget matches besides the value it is found by, by position of the dimension.
    let conditions: [(position: Int, selector: BudgetRule.Selector)]
    var next: Int?

    func applies(to values: [String?]) -> Bool {
      for condition in conditions where !condition.selector.matches(values[condition.position]) { return false }
      return true
    }
  }

  init() {}

  /// `places` says where the budget of each rule stands.
  init(_ rules: [BudgetRule], places: [Int]) {
    precondition(rules.count == places.count, "\(places.count) places for \(rules.count) rules")
    for rule in rules {
      for dimension in rule.per { add(dimension) }
      for selector in rule.match { add(selector.dimension) }
    }
    byValue = Array(repeating: [:], count: dimensions.count)
    entries.reserveCapacity(rules.count)
    // A rule is found by the rarest of its values.
    var frequencies: [BudgetRule.Selector: Int] = [:]
    for rule in rules where rule.match.count > 1 {
      for selector in rule.match where selector.exactValue != nil { frequencies[selector, default: 0] += 1 }
    }
    // From the last to the first, so that those of one value are found in the policy's order.
    for (rule, place) in zip(rules.reversed(), places.reversed()) {
      let exact = rule.match.indices.filter { rule.match[$0].exactValue != nil }
      let rarest = exact.min { frequencies[rule.match[$0], default: 0] < frequencies[rule.match[$1], default: 0] }
      var entry = Entry(place: place, conditions: conditions(of: rule, besides: rarest))
      guard let rarest else {
        others.append(entry)
        continue
      }
      let position = positions[rule.match[rarest].dimension]!
      entry.next = byValue[position].updateValue(entries.count, forKey: rule.match[rarest].exactValue!)
      entries.append(entry)
    }
    others.reverse()
    assert(entries.count + others.count == rules.count, "\(rules.count) rules, and not all will be found")
  }

  private func conditions(of rule: BudgetRule, besides index: Int?) -> [(position: Int, selector: BudgetRule.Selector)]
  {
    // One condition that it is found by is the rule; then nothing is kept.
    if rule.match.count == 1, index != nil { return [] }
    return rule.match.indices.filter { $0 != index }.map { (positions[rule.match[$0].dimension]!, rule.match[$0]) }
  }

  func position(of dimension: BudgetRule.Dimension) -> Int { positions[dimension]! }

  /// Puts the places of all budgets that apply to a call with these values into `places`.
  func find(_ values: [String?], into places: inout [Int]) {
    assert(values.count == dimensions.count, "\(values.count) values of \(dimensions.count) dimensions")
    places.removeAll(keepingCapacity: true)
    for entry in others where entry.applies(to: values) { places.append(entry.place) }
    for position in byValue.indices where !byValue[position].isEmpty {
      guard let value = values[position] else { continue }
      var next = byValue[position][value]
      while let index = next {
        if entries[index].applies(to: values) { places.append(entries[index].place) }
        next = entries[index].next
      }
    }
  }

  private mutating func add(_ dimension: BudgetRule.Dimension) {
    if positions[dimension] != nil { return }
    positions[dimension] = dimensions.count
    dimensions.append(dimension)
  }
}
