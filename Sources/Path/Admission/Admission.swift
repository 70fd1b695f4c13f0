// Stage 5 of 8: takes the worst a call can cost at one candidate; gives a reservation on every budget that applies, or a refusal.
import Exchange
import Meters

/// Where the money comes from; fixed for the life of a process.
public enum Funding: Hashable, Sendable {
  /// The process's own ledger: marks are made durable before what they allow is spent.
  case own
  /// An authority that several sidecars share: credit is granted by it before it is spent.
  case shared
}

/// All budgets of the policy and what has been spent of them. Used from one thread; no I/O and no clock inside.
///
/// The promise: for calls that cost no more than they reserved, no budget is ever spent beyond its limit, whenever
/// between reservation and settlement the provider bills, and wherever the process is killed. `Leases.md` says how.
///
/// It is one value with its state in flat arrays: counting references would cost more than counting tokens.
public struct Admission: ~Copyable {
  public let funding: Funding
  /// For `shared`: calls go on without credit while the authority cannot be asked. What they cost is reported to it later.
  public var spendsUnheard = false
  var index = RuleIndex()
  /// Budgets by place: those in force, and earlier ones, which are kept at least until their spend has expired.
  var budgets: [Budget] = []
  var places: [BudgetID: Int] = [:]
  /// Places of the budgets in force, in the policy's order.
  private(set) var inForce: [Int] = []
  /// Marks of budgets that no policy has named yet.
  private var unclaimed: [BudgetID: [MeterMark]] = [:]
  var calls = OpenCalls()
  /// Calls that wait for room.
  var line = WaitingLine()
  /// Meters whose lease or credit runs low; a place may stand here after its meter has been dropped.
  var runningLow: [MeterPlace] = []
  /// Budgets that have marks to write for keys they have dropped.
  var owing: [Int] = []

  /// For `shared`: time awake, the number of the last account that was opened, and accounts to look after.
  var awake = RunningTime(stepMaxMs: Limits.frozenMs)
  var accounts: Int64 = 0
  var upkeep = UpkeepQueue()

  /// Scratch of `reserve`, kept so that a call allocates nothing.
  var values: [String?] = []
  var applying: [Int] = []
  var matched: [Match] = []
  var shadowed: [Refusal] = []

  public init(rules: [BudgetRule] = [], funding: Funding = .own) {
    self.funding = funding
    replace(rules: rules, at: WallTime(milliseconds: 0))
  }

  /// Calls admitted and not yet settled or released.
  public var openCalls: Int { calls.count }

  // MARK: Policy and restart

  /// A new policy. Budgets keep their spend by name and key as long as their unit, shape and `per` stay; a changed
  /// limit holds at once. A budget that comes back before its spend has expired finds it again.
  public mutating func replace(rules: [BudgetRule], at now: WallTime) {
    let ids = BudgetID.all(rules)
    budgets.reserveCapacity(rules.count)
    places.reserveCapacity(rules.count)
    var isNamed = [Bool](repeating: false, count: budgets.count)
    for id in ids {
      if let place = places[id] { isNamed[place] = true }
    }
    var vacant = budgets.indices.filter { !isNamed[$0] && budgets[$0].isIdle(at: now) }
    inForce = zip(ids, rules).map { id, rule in
      let place = places[id] ?? vacant.popLast() ?? budgets.count
      if place == budgets.count { budgets.append(Budget(rule, id)) }
      if budgets[place].id != id {
        places[budgets[place].id] = nil
        budgets[place] = Budget(rule, id)
      }
      places[id] = place
      return place
    }
    precondition(Set(inForce).count == rules.count, "no budget stands in a policy twice")
    assert(inForce.allSatisfy { places[budgets[$0].id] == $0 }, "a budget in force is not found by its name")
    index = RuleIndex(rules, places: inForce)
    for (place, rule) in zip(inForce, rules) {
      budgets[place].adopt(rule, index: index, at: now)
      if unclaimed.isEmpty { continue }
      for mark in unclaimed.removeValue(forKey: budgets[place].id) ?? [] { budgets[place].restore(mark, at: now) }
    }
  }

  /// Takes up the spend an earlier process left in the own ledger; called once, before the first `reserve`.
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
}
