// Admission+Reserve: one call against all budgets that apply to it, all or nothing.
import Exchange
import Meters

extension Admission {
  /// A budget that applies to the call at hand.
  struct Match {
    let place: MeterPlace
    let unit: BudgetRule.Unit
    let enforcement: BudgetRule.Enforcement
    let isEnforced: Bool
    let outputFloor: Int64?
    /// Units that are neither spent nor held; below 0 when more was spent than had been reserved.
    var headroom = Int64.max
    /// Among how many calls the headroom is shared: those that are open, those that wait, and this one.
    var sharers: Int64 = 1
    /// Units that the call takes at the least, and at the most.
    var least: Int64 = 0
    var full: Int64 = 0

    init(_ place: MeterPlace, _ terms: BudgetTerms) {
      self.place = place
      unit = terms.unit
      enforcement = terms.enforcement
      isEnforced = terms.isEnforced
      outputFloor = terms.outputFloor
    }
  }

  /// Holds the price of `ask` on every budget that applies, or on none. Where the fair share of the tightest headroom
  /// pays for less output than asked, the call is fitted to it, never below the floor.
  ///
  /// - Parameters:
  ///   - ticket: that of an earlier `waits` for the same call.
  ///   - cost: what the call costs on budgets of the unit `cost`.
  ///   - value: the call's value of a dimension; nil where it has none.
  public mutating func reserve(
    _ ask: Ask, ticket: QueueTicket? = nil, at now: WallTime, cost: Ask.CostBound = { _, _, _ in nil },
    value: (BudgetRule.Dimension) -> String?
  ) -> Verdict {
    values.removeAll(keepingCapacity: true)
    for dimension in index.dimensions { values.append(value(dimension)) }
    index.find(values, into: &applying)
    matched.removeAll(keepingCapacity: true)
    shadowed.removeAll(keepingCapacity: true)
    if funding == .shared { wakeUp(at: now) }
    for place in applying {
      guard let match = match(place, at: now) else {
        if let unread = unreadMeters() { return .needsMarks(unread) }
        return .refused(budgets[place].refusalOfNewKey(values: values, at: now))
      }
      matched.append(match)
    }
    assert(matched.count == applying.count, "\(matched.count) meters for \(applying.count) budgets")
    let least = leastOutput(of: ask)
    assert((0...ask.output.value).contains(least), "a call of \(ask.output) output is fitted to no less than \(least)")
    if let unpriced = price(ask, least: least, cost: cost) {
      return .refused(budgets[unpriced].refusalOfUnpriced(values: values, at: now))
    }
    switch funding {
    case .own: return reserveOwn(ask, least: least, ticket: ticket, at: now, cost: cost)
    case .shared: return reserveShared(ask, least: least, ticket: ticket, at: now, cost: cost)
    }
  }

  /// Shadow budgets that would have refused the last call that was asked for.
  public var wouldHaveRefused: [Refusal] { shadowed }

  private mutating func match(_ place: Int, at now: WallTime) -> Match? {
    var match: Match
    switch funding {
    case .own:
      guard let found = budgets[place].match(values, place: place, at: now) else { return nil }
      if budgets[place].beginsToOwe() { owing.append(place) }
      match = found
    case .shared:
      guard let credit = credit(of: place, at: now) else { return nil }
      match = Match(MeterPlace(budget: place, key: credit), budgets[place].terms)
      match.sharers = Int64(budgets[place].credits.elements[credit].open) + 1
    }
    if !line.isEmpty { match.sharers += Int64(line.count(at: match.place)) }
    return match
  }

  // MARK: Price

  /// The least output the call may be fitted to: its own floor, or the highest that a budget sets.
  private func leastOutput(of ask: Ask) -> Int64 {
    guard let own = ask.outputFloor else { return ask.output.value }
    var set: Int64?
    var isUnset = matched.isEmpty
    for match in matched {
      if let floor = match.outputFloor { set = max(set ?? 0, floor) } else { isUnset = true }
    }
    let floor = max(set ?? 0, isUnset ? max(0, own.value) : 0)
    return min(ask.output.value, floor)
  }

  /// Fills in what the call costs on each budget; the place of one that cannot tell.
  private mutating func price(_ ask: Ask, least: Int64, cost: Ask.CostBound) -> Int? {
    let countsMoney = matched.contains { $0.unit == .usd }
    let lower = Bound(ask, output: least, countsMoney: countsMoney)
    let most = ask.output.value
    let upper = most == least ? lower : Bound(ask, output: most, countsMoney: countsMoney)
    for position in matched.indices {
      let match = matched[position]
      if let least = units(match, lower, cost), let full = units(match, upper, cost) {
        assert(match.unit == .cost || least <= full, "\(least) units at the least, \(full) at the most")
        matched[position].least = least
        matched[position].full = full
      } else if match.isEnforced {
        return match.place.budget
      }
    }
    return nil
  }

  func units(_ match: Match, _ bound: Bound, _ cost: Ask.CostBound) -> Int64? {
    if let units = bound.units(of: match.unit) { return units }
    guard match.unit == .cost, let name = budgets[match.place.budget].rule.cost else { return nil }
    return cost(name, TokenCount(bound.input), TokenCount(bound.output)).map { max(0, $0) }
  }

  // MARK: Fit

  /// The output that the tightest budget's fair share pays for. Every budget has room for the least, so this is no less.
  func fittedOutput(_ ask: Ask, least: Int64, cost: Ask.CostBound) -> Int64 {
    var output = ask.output.value
    guard output > least else { return output }
    for match in matched where match.isEnforced {
      let most = output
      func paid(sharedBy sharers: Int64) -> Int64 {
        let share = max(match.least, match.headroom / sharers)
        if match.full <= share { return most }
        return budgets[match.place.budget].output(
          paidBy: share, input: ask.input, price: ask.price, between: least, and: most, cost: cost)
      }
      // Of much, a share is left for whoever comes next, who would otherwise find all of it held by one call.
      output = max(
        paid(sharedBy: saturatingSum(match.sharers, 1)), min(Limits.outputUnshared, paid(sharedBy: match.sharers)))
    }
    return max(least, output)
  }

  /// The units that each budget holds for `output`: those of the most, or less where the call was fitted.
  mutating func fit(_ output: Int64, _ ask: Ask, least: Int64, cost: Ask.CostBound) {
    if output == ask.output.value { return }
    let bound = Bound(ask, output: output, countsMoney: matched.contains { $0.unit == .usd })
    for position in matched.indices { matched[position].full = units(matched[position], bound, cost) ?? 0 }
  }

  mutating func hold(_ ask: Ask, output: Int64, ticket: QueueTicket?) -> Reservation {
    assert((0...ask.output.value).contains(output), "\(output) output held for a call of \(ask.output)")
    // An expression need not grow with the tokens it is given.
    assert(
      matched.allSatisfy { !$0.isEnforced || $0.unit == .cost || $0.full <= $0.headroom },
      "more is held than there is room for: \(matched)")
    if let ticket { line.leave(ticket) }
    let slot = calls.open(price: ask.price)
    for match in matched {
      calls.add(.init(place: match.place, units: match.full), to: slot)
      switch funding {
      case .own:
        if budgets[match.place.budget].hold(match.full, onMeter: match.place.key) { runningLow.append(match.place) }
      case .shared: holdCredit(match.full, on: match.place)
      }
    }
    assert(calls.holds(of: slot).count == matched.count, "slot \(slot) does not hold what was matched")
    return Reservation(slot: slot, input: ask.input.value, output: output, asked: ask.output.value)
  }
}

extension Budget {
  /// The most output, between `least` and `most`, for which a call costs no more than `units`; `least` costs no more.
  func output(
    paidBy units: Int64, input: TokenCount, price: WorstPrice?, between least: Int64, and most: Int64,
    cost: Ask.CostBound
  ) -> Int64 {
    switch terms.unit {
    case .totalTokens: return min(most, saturatingDifference(units, input.value))
    case .outputTokens, .reasoningTokens: return min(most, units)
    case .inputTokens, .cachedInputTokens, .cacheCreationInputTokens, .requests: return most
    case .usd:
      return min(most, price?.outputTokens(paidBy: NanoDollars(units), input: input).value ?? most)
    case .cost:
      guard let name = rule.cost else { return least }
      var (low, high) = (least, most)
      while low < high {
        let middle = high - (high - low) / 2
        if cost(name, input, TokenCount(middle)).map({ $0 <= units }) ?? false {
          low = middle
        } else {
          high = middle - 1
        }
      }
      return low
    }
  }
}
