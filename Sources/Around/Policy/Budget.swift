// Budget: how much may be spent, by whom, on what.

import Exchange

extension Policy {
  /// An entry of `budgets`. It applies to the calls that `match`, and keeps one account for each combination of the
  /// values of `per`; without `per`, one account for all.
  public struct Budget: Hashable, Sendable {
    public let name: BudgetName
    public let per: [Dimension]
    public let match: [Condition]
    public let limit: BudgetLimit
  }
}

extension Policy.Budget {
  private static let fields = ["per", "match", "limit", "burst", "timezone"]

  /// - Parameter declared: what there is to match, to find budgets that limit nothing.
  init?(_ place: Place, named key: Place, _ declared: Declared, _ diagnostics: inout Diagnostics) {
    let name = key.identifier(&diagnostics)
    guard let fields = Fields(place, known: Self.fields, &diagnostics) else { return nil }
    let per = fields["per"].map { Self.dimensions($0, &diagnostics) } ?? []
    let match = fields["match"].map { Policy.Condition.all($0, declared, &diagnostics) } ?? []
    if let place = fields["per"] {
      // One account for each of one value: more was meant, and the budget would not do it.
      for dimension in per where match.contains(where: { $0.dimension == dimension && $0.isOneValue }) {
        place.report("splits by \(dimension), of which match leaves one value; keep one of the two", &diagnostics)
      }
    }
    let limit = Policy.BudgetLimit(fields, &diagnostics)
    if let zone = fields["timezone"], let text = zone.text(&diagnostics), text != "UTC" {
      zone.report("must be UTC in this version: hours, days, weeks and months begin there", &diagnostics)
    }
    guard let name, let limit else { return nil }
    self.init(name: BudgetName(name), per: per, match: match, limit: limit)
  }

  private static func dimensions(_ place: Place, _ diagnostics: inout Diagnostics) -> [Policy.Dimension] {
    var dimensions: [Policy.Dimension] = []
    for element in place.oneOrMore(&diagnostics) ?? [] {
      guard let text = element.text(&diagnostics), let dimension = Policy.Dimension(text, element, &diagnostics) else {
        continue
      }
      if dimensions.contains(dimension) { element.report("is written twice, \(quoted(text)); keep one", &diagnostics) }
      dimensions.append(dimension)
    }
    return dimensions
  }
}
