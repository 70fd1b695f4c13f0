// Admission+Reserve: one call against all budgets that apply to it, all or nothing.
import Exchange
import Meters

extension Admission {
  /// A budget that applies to the call at hand.
  struct Match {
    let place: MeterPlace
    let unit: BudgetRule.Unit
    /// Units that are neither spent nor held; below 0 when more was spent than had been reserved.
    var headroom: Int64
  }

  /// Holds the price of `ask` on every budget that applies, or on none. Where the tightest headroom pays for less
  /// output than asked, the call is fitted to it, never below the floor. `value` gives the call's value of a
  /// dimension; nil where it has none.
  public mutating func reserve(
    _ ask: Ask, at now: WallTime, value: (BudgetRule.Dimension) -> String?
  ) -> Verdict {
    values.removeAll(keepingCapacity: true)
    for dimension in index.dimensions { values.append(value(dimension)) }
    index.find(values, into: &candidates)
    matched.removeAll(keepingCapacity: true)
    if funding == .shared { wakeUp(at: now) }
    for place in candidates where budgets[place].applies(to: values) {
      guard let match = match(place, at: now) else {
        return .refused(budgets[place].refusalOfNewKey(values: values, at: now))
      }
      matched.append(match)
    }
    switch funding {
    case .own: return reserveOwn(ask, at: now)
    case .shared: return reserveShared(ask, at: now)
    }
  }

  private mutating func match(_ place: Int, at now: WallTime) -> Match? {
    let terms = budgets[place].terms
    switch funding {
    case .own:
      guard let meter = budgets[place].meter(for: values, at: now) else { return nil }
      let headroom = terms.capacity - budgets[place].meters.elements[meter].spent
      return Match(place: .init(budget: place, key: meter), unit: terms.unit, headroom: headroom)
    case .shared:
      guard let credit = credit(of: place, at: now) else { return nil }
      return Match(place: .init(budget: place, key: credit), unit: terms.unit, headroom: .max)
    }
  }

  private mutating func reserveOwn(_ ask: Ask, at now: WallTime) -> Verdict {
    if let refusal = worstRefusal(of: ask, at: now) { return .refused(refusal) }
    let output = affordableOutput(of: ask)
    if let marks = missingLeases(for: ask, output: output, at: now) { return .needsLease(marks) }
    return .admitted(hold(ask, output: output, at: now))
  }

  private func worstRefusal(of ask: Ask, at now: WallTime) -> Refusal? {
    var worst: Refusal?
    let least = ask.outputLeast
    for match in matched {
      let needed = ask.units(of: match.unit, output: least)
      if needed <= match.headroom { continue }
      let budget = budgets[match.place.budget]
      let refusal = budget.refusal(of: needed, on: budget.meters.elements[match.place.key], values: values, at: now)
      if worst.map(refusal.outlasts) ?? true { worst = refusal }
    }
    return worst
  }

  /// The output the tightest budget has headroom for. Every budget has room for the least, so this is no less.
  func affordableOutput(of ask: Ask) -> Int64 {
    var output = ask.output.value
    for match in matched {
      switch match.unit {
      case .totalTokens: output = min(output, match.headroom - ask.input.value)
      case .outputTokens: output = min(output, match.headroom)
      case .inputTokens, .requests: continue
      }
    }
    return output
  }

  private mutating func missingLeases(for ask: Ask, output: Int64, at now: WallTime) -> [MeterMark]? {
    var marks: [MeterMark]?
    for match in matched {
      let units = ask.units(of: match.unit, output: output)
      let (place, meter) = (match.place.budget, match.place.key)
      if budgets[place].meters.elements[meter].covers(units) { continue }
      marks = (marks ?? []) + [budgets[place].askLease(for: units, ofMeter: meter, at: now)]
    }
    return marks
  }

  mutating func hold(_ ask: Ask, output: Int64, at now: WallTime) -> Reservation {
    let slot = calls.open(input: ask.input.value, output: output)
    for match in matched {
      let units = ask.units(of: match.unit, output: output)
      calls.add(.init(place: match.place, units: units), to: slot)
      switch funding {
      case .own:
        if budgets[match.place.budget].hold(units, onMeter: match.place.key) { runningLow.append(match.place) }
      case .shared: holdCredit(units, on: match.place)
      }
    }
    return Reservation(slot: slot, input: ask.input.value, output: output, asked: ask.output.value)
  }
}
