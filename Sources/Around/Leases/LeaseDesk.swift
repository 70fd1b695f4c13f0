// LeaseDesk: the authority over budgets that several sidecars spend: wishes in, grants and what must be written out.

import Exchange
import Meters

/// What must reach the disk, all of it together, before the grants it came with are answered. Later records replace
/// earlier ones of the same meter and the same holder.
public struct LeaseRecords: Hashable, Sendable {
  public var marks: [MeterMark] = []
  public var rows: [LeaseRow] = []

  public init() {}

  public var isEmpty: Bool { marks.isEmpty && rows.isEmpty }

  mutating func add(_ other: LeaseRecords) {
    marks += other.marks
    rows += other.rows
  }
}

/// What a holder's wishes come to.
public struct LeaseAnswer: Hashable, Sendable {
  /// One for each wish, in their order.
  public var grants: [LeaseGrant] = []
  /// To be passed on to the holders they name.
  public var recalls: [LeaseRecall] = []
  public var records = LeaseRecords()
}

/// All shared budgets of a policy. Used from one thread; no I/O and no clock inside.
///
/// The promise: what all holders of a meter have spent and may still spend is never more than its limit, whatever is
/// lost, repeated, late or killed. `SharedCredit.md` says how.
public struct LeaseDesk: ~Copyable {
  /// Budgets by place: those in force, and earlier ones, which are kept at least until their spend has expired.
  var budgets: [SharedBudget] = []
  var places: [BudgetID: Int] = [:]
  private(set) var inForce: [Int] = []
  var holders = Holders()
  var awake = RunningTime(stepMaxMs: Limits.stepMaxMs)
  /// What an earlier process left of budgets that no policy has named yet.
  private var unclaimed: [BudgetID: LeaseRecords] = [:]

  public init(rules: [BudgetRule] = []) { _ = replace(rules: rules, at: WallTime(milliseconds: 0)) }

  // MARK: Policy and restart

  /// A new policy; budgets keep their spend as in `Admission`. Where more is out than a lowered limit allows, holders
  /// are to be asked for what they do not need.
  public mutating func replace(rules: [BudgetRule], at now: WallTime) -> [LeaseRecall] {
    awake.advance(to: now)
    precondition(Set(rules.map(\.name)).count == rules.count, "budget names are unique in a policy")
    let ids = BudgetID.all(rules)
    budgets.reserveCapacity(rules.count)
    places.reserveCapacity(rules.count)
    let named = Set(ids)
    var vacant = budgets.indices.filter { !named.contains(budgets[$0].id) && budgets[$0].isIdle(at: now) }
    inForce = zip(ids, rules).map { id, rule in
      let place = places[id] ?? vacant.popLast() ?? budgets.count
      if place == budgets.count { budgets.append(SharedBudget(rule, id)) }
      if budgets[place].id != id {
        places[budgets[place].id] = nil
        budgets[place] = SharedBudget(rule, id)
      }
      places[id] = place
      budgets[place].adopt(rule, at: now)
      if !unclaimed.isEmpty, let left = unclaimed.removeValue(forKey: id) { restore(left, at: now) }
      return place
    }
    assert(inForce.allSatisfy { places[budgets[$0].id] == $0 }, "a budget in force is not found by its name")
    return inForce.flatMap { place in
      budgets[place].recallsIfOver(at: awake.milliseconds).map { meter, holder in
        LeaseRecall(holder: holders[holder].name, meter: meter)
      }
    }
  }

  /// Takes up what an earlier process wrote; called once, before the first wish. Its holders have as long to report as
  /// if they had just been heard.
  public mutating func restore(_ records: LeaseRecords, at now: WallTime) {
    awake.advance(to: now)
    // Keys with holders first: they must be in memory.
    let held = Set(records.rows.map(\.meter))
    let isHeld = { (mark: MeterMark) in held.contains(MeterName(mark)) }
    for mark in records.marks.filter(isHeld) + records.marks.filter({ !isHeld($0) }) {
      if let expires = mark.expires, expires <= now { continue }
      guard let place = places[BudgetID(mark)] else {
        if unclaimed.count < Limits.unclaimedMax {
          unclaimed[BudgetID(mark), default: LeaseRecords()].marks.append(mark)
        }
        continue
      }
      budgets[place].restore(mark, at: now)
    }
    for row in records.rows {
      guard let counters = row.counters else { continue }
      guard let place = places[BudgetID(row.meter)] else {
        if unclaimed.count < Limits.unclaimedMax {
          unclaimed[BudgetID(row.meter), default: LeaseRecords()].rows.append(row)
        }
        continue
      }
      let holder = holders.place(of: row.holder) ?? holders.add(row.holder, at: awake.milliseconds)
      guard let holder, let meter = budgets[place].meter(row.meter.key, at: now) else { continue }
      holders[holder].accounts.insert(MeterPlace(budget: place, key: meter))
      budgets[place].meters.elements[meter].restore(
        Account(holder: holder, serial: row.serial, counters: counters, at: awake.milliseconds))
    }
  }

  /// The budgets in force, with at most `keysPerBudgetMax` meters of each; `reserved` is what holders may still spend.
  public mutating func readings(at now: WallTime, of name: BudgetName? = nil, keysPerBudgetMax: Int = 100)
    -> [BudgetReading]
  {
    inForce.filter { name == nil || budgets[$0].id.name == name }.flatMap {
      budgets[$0].readings(at: now, keysMax: keysPerBudgetMax)
    }
  }

  /// Accounts of the budgets of these names on which something is spent, at most `countMax` of all in a step of `walk`.
  public mutating func readings(
    of names: Set<BudgetName>, at now: WallTime, walk: inout AccountWalk, atMost countMax: Int
  ) -> [BudgetReading] {
    let named = names.isEmpty ? [] : inForce.filter { names.contains(budgets[$0].id.name) }
    // A place left over by a dropped key counts nothing.
    return walk.step(through: named.map { ($0, places: budgets[$0].meters.elements.count) }, atMost: countMax)
      .map { budgets[$0.budget].reading(of: $0.key, at: now) }.filter { $0.used > 0 }
  }
}
