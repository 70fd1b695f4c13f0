// Stage 4 of 8: takes the worst a call can cost; gives a reservation on every budget that applies, or a refusal.
import Exchange

/// All budgets of the policy and what has been spent of them. Used from one thread; no I/O and no clock inside.
///
/// The promise: for calls that cost no more than they reserved, no budget is ever spent beyond its limit, whenever
/// between reservation and settlement the provider bills, and wherever the process is killed. `Leases.md` says how.
///
/// It is one value with its state in flat arrays: counting references would cost more than counting tokens.
public struct Admission: ~Copyable {
  /// Every dimension the rules in force ask for, once.
  private var dimensions: [BudgetRule.Dimension] = []
  /// Budgets by place: those in force, and earlier ones, which are kept at least until their spend has expired.
  var budgets: [Budget] = []
  private var places: [Budget.ID: Int] = [:]
  /// Places of the budgets in force, in the policy's order.
  private(set) var inForce: [Int] = []
  /// Marks of budgets that no policy has named yet.
  private var unclaimed: [Budget.ID: [MeterMark]] = [:]
  private(set) var calls = OpenCalls()
  /// Meters whose lease runs low; a place may stand here after its meter has been dropped.
  private var runningLow: [MeterPlace] = []

  /// Scratch of `reserve`, kept so that a call allocates nothing.
  private var values: [String?] = []
  private var matched: [Match] = []

  /// A budget that applies to the call at hand.
  private struct Match {
    let place: MeterPlace
    let unit: BudgetRule.Unit
    /// Units that are neither spent nor held; below 0 when more was spent than had been reserved.
    let headroom: Int64
  }

  public init(rules: [BudgetRule] = []) {
    replace(rules: rules, at: WallTime(milliseconds: 0))
  }

  /// Calls admitted and not yet settled or released.
  public var openCalls: Int { calls.count }

  // MARK: Policy and restart

  /// A new policy. Budgets keep their spend by name and key as long as their unit, shape and `per` stay; a changed
  /// limit holds at once. A budget that comes back before its spend has expired finds it again.
  public mutating func replace(rules: [BudgetRule], at now: WallTime) {
    precondition(Set(rules.map(\.name)).count == rules.count, "budget names are unique in a policy")
    dimensions = []
    for dimension in rules.flatMap({ $0.per + $0.match.map(\.dimension) }) where !dimensions.contains(dimension) {
      dimensions.append(dimension)
    }
    let ids = rules.map { Budget.ID(name: $0.name, measure: $0.measure) }
    for place in budgets.indices { budgets[place].advance(to: now) }
    var vacant = budgets.indices.filter { budgets[$0].isIdle && !ids.contains(budgets[$0].id) }
    inForce = zip(ids, rules).map { id, rule in
      let place = places[id] ?? vacant.popLast() ?? budgets.count
      if place == budgets.count { budgets.append(Budget(rule)) }
      if budgets[place].id != id {
        places[budgets[place].id] = nil
        budgets[place] = Budget(rule)
      }
      places[id] = place
      budgets[place].adopt(rule, dimensions: dimensions, at: now)
      for mark in unclaimed.removeValue(forKey: id) ?? [] { budgets[place].restore(mark, at: now) }
      return place
    }
  }

  /// Takes up the spend an earlier process left in the ledger; called once, before the first `reserve`.
  public mutating func restore(marks: [MeterMark], at now: WallTime) {
    for mark in marks {
      if let expires = mark.expires, expires <= now { continue }
      if let place = places[.init(mark)] {
        budgets[place].restore(mark, at: now)
      } else {
        unclaimed[.init(mark), default: []].append(mark)
      }
    }
  }

  // MARK: Reserve

  /// Holds the price of `ask` on every budget that applies, or on none. Where the tightest headroom pays for less
  /// output than asked, the call is fitted to it, never below the floor. `value` gives the call's value of a
  /// dimension; nil where it has none.
  public mutating func reserve(
    _ ask: Ask, at now: WallTime, value: (BudgetRule.Dimension) -> String?
  ) -> Verdict {
    values.removeAll(keepingCapacity: true)
    for dimension in dimensions { values.append(value(dimension)) }
    matched.removeAll(keepingCapacity: true)
    for place in inForce where budgets[place].applies(to: values) {
      guard let meter = budgets[place].meter(for: values, at: now) else {
        return .refused(budgets[place].refusalOfNewKey(values: values, at: now))
      }
      let terms = budgets[place].terms
      let headroom = terms.capacity - budgets[place].meters[meter].spent
      matched.append(Match(place: .init(budget: place, meter: meter), unit: terms.unit, headroom: headroom))
    }
    if let refusal = worstRefusal(of: ask, at: now) { return .refused(refusal) }
    let output = affordableOutput(of: ask)
    if let marks = missingLeases(for: ask, output: output, at: now) { return .needsLease(marks) }
    return .admitted(hold(ask, output: output))
  }

  private func worstRefusal(of ask: Ask, at now: WallTime) -> Refusal? {
    var worst: Refusal?
    let least = ask.outputLeast
    for match in matched where ask.units(of: match.unit, output: least) > match.headroom {
      let budget = budgets[match.place.budget]
      let needed = ask.units(of: match.unit, output: least)
      let refusal = budget.refusal(of: needed, on: budget.meters[match.place.meter], values: values, at: now)
      if worst.map(refusal.outlasts) ?? true { worst = refusal }
    }
    return worst
  }

  /// The output the tightest budget has headroom for. Every budget has room for the least, so this is no less.
  private func affordableOutput(of ask: Ask) -> Int64 {
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
      let (place, meter) = (match.place.budget, match.place.meter)
      if budgets[place].meters[meter].covers(units) { continue }
      marks = (marks ?? []) + [budgets[place].askLease(for: units, ofMeter: meter, at: now)]
    }
    return marks
  }

  private mutating func hold(_ ask: Ask, output: Int64) -> Reservation {
    let slot = calls.open(input: ask.input.value, output: output)
    for match in matched {
      let units = ask.units(of: match.unit, output: output)
      calls.add(.init(place: match.place, units: units), to: slot)
      if budgets[match.place.budget].hold(units, onMeter: match.place.meter) { runningLow.append(match.place) }
    }
    return Reservation(slot: slot, input: ask.input.value, output: output, asked: ask.output.value)
  }

  // MARK: Settle

  /// Books what the call cost, in the window it ends in. What the provider did not report is booked as reserved:
  /// absent is not zero. More than was reserved is booked in full.
  public mutating func settle(_ reservation: consuming Reservation, usage: Usage, at now: WallTime) {
    let input = usage.input ?? reservation.input
    let output = usage.output ?? reservation.output
    let total = usage.reportedTotal ?? input + output
    let slot = reservation.close()
    while let hold = calls.takeHold(of: slot) {
      let spent: Int64 =
        switch budgets[hold.place.budget].terms.unit {
        case .totalTokens: total.value
        case .inputTokens: input.value
        case .outputTokens: output.value
        case .requests: 1
        }
      budgets[hold.place.budget].settle(held: hold.units, spent: spent, onMeter: hold.place.meter, at: now)
    }
  }

  /// Gives back the whole reservation: no provider was asked, or none can have billed anything.
  public mutating func release(_ reservation: consuming Reservation, at now: WallTime) {
    let slot = reservation.close()
    while let hold = calls.takeHold(of: slot) {
      budgets[hold.place.budget].settle(held: hold.units, spent: 0, onMeter: hold.place.meter, at: now)
    }
  }

  // MARK: Leases

  /// A lease runs low: `leasesWanted` has something to write. Cheap enough to look at after every call.
  public var wantsLeases: Bool { !runningLow.isEmpty }

  /// The marks to write ahead of need, so that `reserve` need not answer `needsLease`. Once they are durable they
  /// must be handed to `granted`.
  public mutating func leasesWanted(at now: WallTime) -> [MeterMark] {
    var marks: [MeterMark] = []
    for place in runningLow {
      if let mark = budgets[place.budget].askLeaseIfLow(ofMeter: place.meter, at: now) { marks.append(mark) }
    }
    runningLow.removeAll(keepingCapacity: true)
    for place in inForce { marks += budgets[place].forgottenMarks(at: now) }
    return marks
  }

  /// These marks are durable now: spending may go up to them.
  public mutating func granted(_ marks: [MeterMark]) {
    for mark in marks {
      if let place = places[.init(mark)] { budgets[place].granted(mark) }
    }
  }

  /// These marks could not be made durable; calls that need them must fail, later ones may ask again.
  public mutating func declined(_ marks: [MeterMark]) {
    for mark in marks {
      if let place = places[.init(mark)] { budgets[place].declined(mark) }
    }
  }

  /// The exact state to write at an orderly stop, in place of the leases. Nothing may be reserved afterwards.
  public mutating func marks(at now: WallTime) -> [MeterMark] {
    budgets.indices.flatMap { budgets[$0].exactMarks(at: now) }
  }
}
