// BudgetLimit+Fields: a limit in fields, for what does not fit into a line: expressions, weights, multipliers.

import Exchange

extension Policy.BudgetLimit {
  private static let fields = ["amount", "unit", "per", "cel", "weights", "multiplier"]

  private static let units: [(name: String, meter: Meter)] = [
    ("inputTokens", .inputTokens), ("cachedInputTokens", .cachedInputTokens),
    ("cacheCreationInputTokens", .cacheCreationInputTokens), ("outputTokens", .outputTokens),
    ("reasoningTokens", .reasoningTokens), ("totalTokens", .totalTokens), ("requests", .requests), ("usd", .usd),
  ]

  /// `{amount: 50000, unit: totalTokens, per: hour}`; in place of `unit`, `cel` or `weights`.
  static func parts(
    _ place: Place, _ declared: Declared, _ diagnostics: inout Diagnostics
  ) -> (amount: Int64, meter: Meter, period: Period)? {
    guard let fields = Fields(place, known: fields, &diagnostics) else { return nil }
    let meter = meter(fields, declared, &diagnostics)
    let amount = fields.required("amount", "write how much, as in amount: 50000", &diagnostics).flatMap {
      Self.amount($0, of: meter ?? .totalTokens, &diagnostics)
    }
    let per = fields.required("per", "write in which time, as in per: hour", &diagnostics)
    let period = per.flatMap { Self.period($0, &diagnostics) }
    guard let amount, let meter, let period else { return nil }
    return (amount, meter, period)
  }

  private static func period(_ place: Place, _ diagnostics: inout Diagnostics) -> Period? {
    guard let text = place.text(&diagnostics) else { return nil }
    do {
      return try Period(parsing: text)
    } catch {
      place.report(error.reason, &diagnostics)
      return nil
    }
  }

  private static func meter(_ fields: Fields, _ declared: Declared, _ diagnostics: inout Diagnostics) -> Meter? {
    let unit = fields["unit"].flatMap { Self.unit($0, &diagnostics) }
    let expression = fields["cel"].flatMap { $0.expression(declared.costs, &diagnostics) }
    let weights = fields["weights"].flatMap { Policy.Weighting.weights($0, declared, &diagnostics) }
    let multiplier = fields["multiplier"].flatMap { Policy.Weighting.multiplier($0, declared, &diagnostics) }
    switch (fields["unit"], fields["cel"], fields["weights"]) {
    case (_?, nil, nil):
      guard let unit else { return nil }
      guard let place = fields["multiplier"] else { return unit }
      guard let counted = Policy.Weights(counting: unit) else {
        place.report("multiplies tokens and requests; a dollar is a dollar", &diagnostics)
        return nil
      }
      return multiplier.map { .weighted(.init(weights: .init(counted), multiplier: $0)) }
    case (nil, _?, nil):
      if let place = fields["multiplier"] {
        place.report("stands beside unit or weights; write the factor into cel", &diagnostics)
      }
      return expression.map { .expression($0) }
    case (nil, nil, _?):
      guard let weights, fields["multiplier"] == nil || multiplier != nil else { return nil }
      return .weighted(.init(weights: weights, multiplier: multiplier ?? .init(1)))
    case (nil, nil, nil):
      if fields.lacks("unit"), fields.lacks("cel"), fields.lacks("weights") {
        let names = units.map(\.name).joined(separator: ", ")
        fields.place.report("does not say what is counted; add unit: one of \(names), or cel or weights", &diagnostics)
      }
      return nil
    case (_, _, _):
      fields.place.report("has more than one of unit, cel and weights; keep one", &diagnostics)
      return nil
    }
  }

  private static func unit(_ place: Place, _ diagnostics: inout Diagnostics) -> Meter? {
    guard let text = place.text(&diagnostics) else { return nil }
    if let unit = units.first(where: { $0.name == text }) { return unit.meter }
    let names = units.map(\.name)
    place.report(
      "is not a unit, \(quoted(text)); "
        + suggestion(for: text, among: names, otherwise: "they are \(names.joined(separator: ", "))"), &diagnostics)
    return nil
  }
}
