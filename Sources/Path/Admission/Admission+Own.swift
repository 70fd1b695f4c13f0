// Admission+Own: a reservation paid from the process's own ledger.
import Exchange
import Meters

extension Admission {
  mutating func reserveOwn(
    _ ask: Ask, least: Int64, ticket: QueueTicket?, at now: WallTime, cost: Ask.CostBound
  ) -> Verdict {
    var objections = Objections()
    for match in matched where match.least > match.headroom || isBlocked(match, ticket) {
      if match.terms.enforcement == .unlimited { continue }
      let budget = budgets[match.place.budget]
      let meter = budget.meters.elements[match.place.key]
      let refusal = budget.refusal(of: match.least, on: meter, values: values, at: now)
      if match.terms.enforcement == .shadow { shadowed.append(refusal) } else { objections.add(refusal, match) }
    }
    if let verdict = answer(objections, ticket: ticket) { return verdict }
    let output = fittedOutput(ask, least: least, cost: cost)
    if let marks = missingLeases(for: ask, output: output, at: now, cost: cost) { return .needsLease(marks) }
    return .admitted(hold(ask, output: output, ticket: ticket, cost: cost))
  }

  private mutating func missingLeases(
    for ask: Ask, output: Int64, at now: WallTime, cost: Ask.CostBound
  ) -> [MeterMark]? {
    let bound = Bound(ask, output: output, countsMoney: true)
    var marks: [MeterMark]?
    for match in matched {
      let units = units(match, bound, cost) ?? 0
      let (place, meter) = (match.place.budget, match.place.key)
      if budgets[place].meters.elements[meter].covers(units) { continue }
      marks = (marks ?? []) + [budgets[place].askLease(for: units, ofMeter: meter, at: now)]
    }
    return marks
  }

  /// Marks that only the ledger has, of keys of this call that are not in memory.
  func unreadMeters() -> [MeterName]? {
    let names = candidates.compactMap { place in
      budgets[place].applies(to: values) ? budgets[place].unreadMeter(for: values) : nil
    }
    return names.isEmpty ? nil : names
  }
}
