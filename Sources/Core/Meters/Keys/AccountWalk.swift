// AccountWalk: a way round all accounts of some budgets in steps of a bounded length.

/// Where a walk has got to. Accounts may come and go between two steps; one that stays is visited once in each round.
public struct AccountWalk: Hashable, Sendable {
  /// The position in the list of budgets, and the next place of that budget.
  private var position = 0
  private var place = 0

  public init() {}

  /// The next step: at most `countMax` of the places that the budgets have, and no place twice.
  public mutating func step(through budgets: [(budget: Int, places: Int)], atMost countMax: Int) -> [MeterPlace] {
    let count = min(countMax, budgets.reduce(0) { $0 + $1.places })
    if position >= budgets.count { self = AccountWalk() }
    var step: [MeterPlace] = []
    while step.count < count {
      let (budget, places) = budgets[position]
      if place < places {
        step.append(MeterPlace(budget: budget, key: place))
        place += 1
      } else {
        position = (position + 1) % budgets.count
        place = 0
      }
    }
    assert(Set(step).count == count, "a step of \(count) comes by a place twice")
    return step
  }
}
