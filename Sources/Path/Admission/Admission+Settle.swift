// Admission+Settle: what a call cost in the end, and what it may still cost while its reply flows.
import Exchange
import Meters

extension Admission {
  /// Books what the call cost, in the window it ends in. What the provider did not report is booked as reserved: absent
  /// is not zero; but a part of the input or output that goes unmentioned in a report is none. More than was reserved is
  /// booked in full.
  ///
  /// - Parameters:
  ///   - usd: what it cost; nil where that cannot be told, and then what was reserved is booked.
  ///   - cost: the same for budgets of the unit `cost`.
  @discardableResult
  public mutating func settle(
    _ reservation: consuming Reservation, usage: Usage, usd: NanoDollars? = nil, at now: WallTime,
    cost: (CostName) -> Int64? = { _ in nil }
  ) -> Settlement {
    let bill = Bill(usage, input: reservation.input, output: reservation.output, usd: usd)
    var settlement = Settlement(isDisputed: usage.isDisputed, overdrawn: [])
    let slot = reservation.close()
    while let hold = calls.takeHold(of: slot) {
      let unit = budgets[hold.place.budget].terms.unit
      let counted = unit == .cost ? budgets[hold.place.budget].rule.cost.flatMap(cost) : bill.units(of: unit)
      let spent = counted ?? hold.units
      if spent > hold.units { settlement.overdrawn.append(budgets[hold.place.budget].id.name) }
      settle(hold, spent: spent, at: now)
    }
    return settlement
  }

  /// Gives back the whole reservation: no provider was asked, or none can have billed anything.
  public mutating func release(_ reservation: consuming Reservation, at now: WallTime) {
    let slot = reservation.close()
    while let hold = calls.takeHold(of: slot) { settle(hold, spent: 0, at: now) }
  }

  private mutating func settle(_ hold: OpenCalls.Hold, spent: Int64, at now: WallTime) {
    switch funding {
    case .own: budgets[hold.place.budget].settle(held: hold.units, spent: spent, onMeter: hold.place.key, at: now)
    case .shared:
      budgets[hold.place.budget].credits.elements[hold.place.key].settle(held: hold.units, spent: spent)
    }
    if !line.isEmpty { line.gaveBack(on: hold.place) }
  }

  // MARK: Grow

  /// Lengthens the output that a reservation holds by up to `more` tokens, as far as the fair share of every budget's
  /// headroom and what is leased pay for. The answer is by how many: 0 when nothing is left, or not yet.
  public mutating func grow(
    _ reservation: inout Reservation, by more: TokenCount, at now: WallTime,
    cost: Ask.CostBound = { _, _, _ in nil }
  ) -> TokenCount {
    let slot = reservation.slot
    let price = calls.price(of: slot)
    let held = reservation.output.value
    var output = saturatingSum(held, max(0, more.value))
    let holds = calls.holds(of: slot)
    for hold in holds {
      let room = roomToGrow(hold.place, at: now)
      let paid =
        budgets[hold.place.budget].output(
          paidBy: saturatingSum(hold.units, room), input: reservation.input, price: price, between: held, and: output,
          cost: cost)
      output = max(held, min(output, paid))
    }
    if output == held { return .zero }
    let bound = Bound(input: reservation.input, output: output, price: price)
    for (index, hold) in holds.enumerated() {
      let rule = budgets[hold.place.budget].rule
      let units =
        rule.unit == .cost
        ? rule.cost.flatMap { cost($0, reservation.input, TokenCount(output)) } : bound.units(of: rule.unit)
      guard let units, units > hold.units else { continue }
      calls.setUnits(units, ofHold: index, of: slot)
      grow(hold.place, by: units - hold.units)
    }
    reservation.output = TokenCount(output)
    return TokenCount(output - held)
  }

  /// Units that an open call may hold beyond what it does, without waiting for anything.
  private mutating func roomToGrow(_ place: MeterPlace, at now: WallTime) -> Int64 {
    let terms = budgets[place.budget].terms
    switch funding {
    case .own:
      budgets[place.budget].meters.elements[place.key].advance(to: now, by: terms)
      let meter = budgets[place.budget].meters.elements[place.key]
      let headroom = terms.isEnforced ? saturatingDifference(terms.capacity, meter.spent) : .max
      let sharers = max(1, Int64(meter.open) + Int64(line.count(at: place)))
      return max(0, min(headroom / sharers, meter.uncovered))
    case .shared:
      let credit = budgets[place.budget].credits.elements[place.key]
      return max(0, credit.free / max(1, Int64(credit.open)))
    }
  }

  private mutating func grow(_ place: MeterPlace, by units: Int64) {
    switch funding {
    case .own:
      if budgets[place.budget].grow(units, onMeter: place.key) { runningLow.append(place) }
    case .shared:
      budgets[place.budget].credits.elements[place.key].grow(units)
      listIfLow(place)
    }
  }
}

/// What a call cost, in the units that do not depend on the budget.
private struct Bill {
  let usage: Usage
  let input: TokenCount
  let output: TokenCount
  let total: TokenCount
  let usd: NanoDollars?

  init(_ usage: Usage, input: TokenCount, output: TokenCount, usd: NanoDollars?) {
    self.usage = usage
    self.input = usage.input ?? input
    self.output = usage.output ?? output
    total = usage.reportedTotal ?? self.input + self.output
    self.usd = usd
  }

  /// nil: nobody said, so it is what was reserved.
  func units(of unit: BudgetRule.Unit) -> Int64? {
    switch unit {
    case .totalTokens: total.value
    case .inputTokens: input.value
    case .cachedInputTokens: part(usage.cachedInput, of: usage.input)
    case .cacheCreationInputTokens: part(usage.cacheCreationInput, of: usage.input)
    case .outputTokens: output.value
    case .reasoningTokens: part(usage.reasoning, of: usage.output)
    case .requests: 1
    case .usd: usd?.value
    case .cost: nil
    }
  }

  private func part(_ part: TokenCount?, of whole: TokenCount?) -> Int64? {
    part?.value ?? (whole == nil || usage.basis == .estimated ? nil : 0)
  }
}
