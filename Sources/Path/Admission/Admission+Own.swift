// Admission+Own: a reservation paid from the process's own ledger.
import Exchange
import Meters

extension Admission {
  mutating func reserveOwn(
    _ ask: Ask, least: Int64, ticket: QueueTicket?, at now: WallTime, cost: Ask.CostBound
  ) -> Verdict {
    var objections = Objections()
    for match in matched where match.least > match.headroom || isBlocked(match, ticket) {
      if match.enforcement == .unlimited { continue }
      let budget = budgets[match.place.budget]
      let meter = budget.meters.elements[match.place.key]
      let refusal = budget.refusal(of: match.least, on: meter, values: values, at: now)
      if match.enforcement == .shadow { shadowed.append(refusal) } else { objections.add(refusal, match) }
    }
    if let verdict = answer(objections, ticket: ticket) { return verdict }
    let output = fittedOutput(ask, least: least, cost: cost)
    fit(output, ask, least: least, cost: cost)
    if let marks = missingLeases(at: now) { return .needsLease(marks) }
    return .admitted(hold(ask, output: output, ticket: ticket))
  }

  private mutating func missingLeases(at now: WallTime) -> [MeterMark]? {
    var marks: [MeterMark]?
    for match in matched {
      let (place, meter) = (match.place.budget, match.place.key)
      if budgets[place].meters.elements[meter].covers(match.full) { continue }
      marks = (marks ?? []) + [budgets[place].askLease(for: match.full, ofMeter: meter, at: now)]
    }
    return marks
  }

  /// Marks that only the ledger has, of keys of this call that are not in memory.
  func unreadMeters() -> [MeterName]? {
    let names = applying.compactMap { budgets[$0].unreadMeter(for: values) }
    return names.isEmpty ? nil : names
  }
}
