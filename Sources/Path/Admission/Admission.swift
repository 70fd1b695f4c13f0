// Stage 4 of 8: takes the worst a call can cost; gives a reservation on every budget that applies, or a refusal.
import Exchange

/// All budgets of the policy and what has been spent of them. Used from one thread; no I/O and no clock inside.
///
/// The promise: for calls that cost no more than they reserved, no budget is ever spent beyond its limit, whenever
/// between reservation and settlement the provider bills, and wherever the process is killed. `Leases.md` says how.
public final class Admission {
  /// Every dimension the rules ask for, once.
  private var dimensions: [BudgetRule.Dimension] = []
  /// The rules in force.
  private(set) var budgets: [Budget] = []
  /// Those and earlier ones whose spend has not expired.
  private var known: [Budget.ID: Budget] = [:]
  /// Marks of budgets no policy has named yet.
  private var unclaimed: [Budget.ID: [MeterMark]] = [:]
  private var calls = OpenCalls()
  /// Meters whose lease runs low.
  private var runningLow: [(budget: Budget, meter: Meter)] = []

  /// Scratch of `reserve`, kept so that a call allocates nothing.
  private var values: [String?] = []
  private var matched: [(budget: Budget, meter: Meter)] = []

  public init(rules: [BudgetRule] = []) {
    replace(rules: rules, at: WallTime(milliseconds: 0))
  }

  /// Calls admitted and not yet settled or released.
  public var openCalls: Int { calls.count }

  // MARK: Policy

  /// A new policy. Budgets keep their spend by name and key as long as their unit, shape and `per` stay; a changed
  /// limit holds at once. A budget that comes back before its spend has expired finds it again.
  public func replace(rules: [BudgetRule], at now: WallTime) {
    precondition(Set(rules.map(\.name)).count == rules.count, "budget names are unique in a policy")
    dimensions = []
    for dimension in rules.flatMap({ $0.per + $0.match.map(\.dimension) }) where !dimensions.contains(dimension) {
      dimensions.append(dimension)
    }
    budgets = rules.map { rule in
      let fresh = Budget(rule)
      let budget = known[fresh.id] ?? fresh
      known[fresh.id] = budget
      budget.adopt(rule, dimensions: dimensions, at: now)
      for mark in unclaimed.removeValue(forKey: fresh.id) ?? [] { budget.restore(mark, at: now) }
      return budget
    }
    known = known.filter { id, budget in
      budgets.contains { $0 === budget } || !budget.isIdle(at: now)
    }
  }

  /// Takes up the spend an earlier process left in the ledger; called once, before the first `reserve`.
  public func restore(marks: [MeterMark], at now: WallTime) {
    for mark in marks {
      if let expires = mark.expires, expires <= now { continue }
      let id = Budget.ID(name: mark.budget, measure: mark.measure)
      if let budget = known[id] { budget.restore(mark, at: now) } else { unclaimed[id, default: []].append(mark) }
    }
  }

  // MARK: Reserve

  /// Holds the price of `ask` on every budget that applies, or on none. Where the tightest headroom pays for less
  /// output than asked, the call is fitted to it, never below the floor. `value` gives the call's value of a
  /// dimension; nil where it has none.
  public func reserve(_ ask: Ask, at now: WallTime, value: (BudgetRule.Dimension) -> String?) -> Verdict {
    values.removeAll(keepingCapacity: true)
    for dimension in dimensions { values.append(value(dimension)) }
    matched.removeAll(keepingCapacity: true)
    for budget in budgets where budget.applies(to: values) {
      guard let meter = budget.meter(for: values, at: now) else {
        return .refused(budget.refusalOfNewKey(values: values, at: now))
      }
      matched.append((budget, meter))
    }
    if let refusal = worstRefusal(of: ask, at: now) { return .refused(refusal) }
    let output = affordableOutput(of: ask)
    if let marks = missingLeases(for: ask, output: output, at: now) { return .needsLease(marks) }
    return .admitted(hold(ask, output: output))
  }

  private func worstRefusal(of ask: Ask, at now: WallTime) -> Refusal? {
    var worst: Refusal?
    let least = ask.outputLeast
    for (budget, meter) in matched {
      let needed = ask.units(of: budget.rule.unit, output: least)
      guard saturatingSum(meter.spent, needed) > budget.capacity else { continue }
      let refusal = budget.refusal(of: needed, on: meter, values: values, at: now)
      if worst.map(refusal.outlasts) ?? true { worst = refusal }
    }
    return worst
  }

  /// The output the tightest budget has headroom for. Every budget has room for the least, so this is no less.
  private func affordableOutput(of ask: Ask) -> Int64 {
    var output = ask.output.value
    for (budget, meter) in matched {
      switch budget.rule.unit {
      case .totalTokens: output = min(output, budget.capacity - meter.spent - ask.input.value)
      case .outputTokens: output = min(output, budget.capacity - meter.spent)
      case .inputTokens, .requests: continue
      }
    }
    return output
  }

  private func missingLeases(for ask: Ask, output: Int64, at now: WallTime) -> [MeterMark]? {
    var marks: [MeterMark]?
    for (budget, meter) in matched {
      let units = ask.units(of: budget.rule.unit, output: output)
      if meter.covers(units) { continue }
      marks = (marks ?? []) + [meter.askLease(for: units, by: budget.rule, of: budget.id, at: now)]
    }
    return marks
  }

  private func hold(_ ask: Ask, output: Int64) -> Reservation {
    let slot = calls.open(input: ask.input.value, output: output)
    for (budget, meter) in matched {
      let units = ask.units(of: budget.rule.unit, output: output)
      meter.reserve(units)
      calls.add(.init(budget: budget, meter: meter, units: units), to: slot)
      if !meter.isListed && meter.runsLow(capacity: budget.capacity) {
        meter.isListed = true
        runningLow.append((budget, meter))
      }
    }
    return Reservation(slot: slot, input: ask.input.value, output: output, asked: ask.output.value)
  }

  // MARK: Settle

  /// Books what the call cost, in the window it ends in. What the provider did not report is booked as reserved:
  /// absent is not zero. More than was reserved is booked in full.
  public func settle(_ reservation: consuming Reservation, usage: Usage, at now: WallTime) {
    let slot = reservation.close()
    let input = usage.input ?? calls.input(of: slot)
    let output = usage.output ?? calls.output(of: slot)
    let total = usage.reportedTotal ?? input + output
    for hold in calls.holds(of: slot) {
      hold.meter.advance(to: now, by: hold.budget.rule)
      let spent: Int64 =
        switch hold.budget.rule.unit {
        case .totalTokens: total.value
        case .inputTokens: input.value
        case .outputTokens: output.value
        case .requests: 1
        }
      hold.meter.settle(held: hold.units, spent: spent)
    }
    calls.close(slot)
  }

  /// Gives back the whole reservation: no provider was asked, or none can have billed anything.
  public func release(_ reservation: consuming Reservation, at now: WallTime) {
    let slot = reservation.close()
    for hold in calls.holds(of: slot) {
      hold.meter.advance(to: now, by: hold.budget.rule)
      hold.meter.settle(held: hold.units, spent: 0)
    }
    calls.close(slot)
  }

  // MARK: Leases

  /// A lease runs low: `leasesWanted` has something to write. Cheap enough to look at after every call.
  public var wantsLeases: Bool { !runningLow.isEmpty }

  /// The marks to write ahead of need, so that `reserve` need not answer `needsLease`. Once they are durable they
  /// must be handed to `granted`.
  public func leasesWanted(at now: WallTime) -> [MeterMark] {
    var marks: [MeterMark] = []
    for (budget, meter) in runningLow {
      meter.isListed = false
      meter.advance(to: now, by: budget.rule)
      if meter.runsLow(capacity: budget.capacity) {
        marks.append(meter.askLease(for: 0, by: budget.rule, of: budget.id, at: now))
      }
    }
    runningLow.removeAll(keepingCapacity: true)
    for budget in budgets { marks += budget.forgottenMarks(at: now) }
    return marks
  }

  /// These marks are durable now: spending may go up to them.
  public func granted(_ marks: [MeterMark]) {
    for mark in marks {
      guard let budget = known[Budget.ID(name: mark.budget, measure: mark.measure)] else { continue }
      budget.existingMeter(forKey: mark.key)?.granted(mark, by: budget.rule)
    }
  }

  /// These marks could not be made durable; calls that need them must fail, later ones may ask again.
  public func declined(_ marks: [MeterMark]) {
    for mark in marks {
      known[Budget.ID(name: mark.budget, measure: mark.measure)]?.existingMeter(forKey: mark.key)?.declined()
    }
  }

  /// The exact state to write at an orderly stop, in place of the leases. Nothing may be reserved afterwards.
  public func marks(at now: WallTime) -> [MeterMark] {
    known.values.flatMap { $0.exactMarks(at: now) }
  }
}
