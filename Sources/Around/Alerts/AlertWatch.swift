// AlertWatch: decides when somebody is told about a budget: readings in, alerts out, each once.

import Exchange
import Meters
import Policy

/// Looks at accounts whenever it is shown them, in any order; one that is not shown is not looked at.
///
/// A threshold is told once in a window of an account. What was told can be taken out (`told`) and given to the next
/// process, which then does not tell it again; what it is not given it tells once more, for an alert twice is better than
/// none. A burn rate is told when it is reached, and again only after it has fallen below half. Buckets have no
/// alerts: they refill all the time, and the policy refuses `alertAt` and `burn` there.
public struct AlertWatch: Sendable {
  private struct Account {
    var windowEnd: WallTime
    /// In millionths of the limit.
    var told: Set<Int64> = []
    var gauge = BurnGauge()
  }

  private var rules: [BudgetName: Policy.BudgetAlerts] = [:]
  /// Budgets that have something to tell.
  public private(set) var budgets: Set<BudgetName> = []
  private var accounts: [AccountName: Account] = [:]
  /// Looks at accounts for which there was no room; they are seen once others have ended.
  public private(set) var overlooked = 0

  public init(told: [ToldAlerts] = []) {
    for one in told.prefix(AlertLimits.accountsMax) {
      accounts[one.account] = Account(windowEnd: one.windowEnd, told: one.thresholds)
    }
  }

  /// A new policy. Accounts of budgets that stay keep what was told of them: a threshold is new only if it was not there.
  public mutating func replace(rules budgets: [Policy.Budget]) {
    rules = Dictionary(
      uniqueKeysWithValues: budgets.filter { $0.alerts != .init() }.map { ($0.name, $0.alerts) })
    self.budgets = Set(rules.keys)
    accounts = accounts.filter { rules[$0.key.budget] != nil }
  }

  /// What there is to tell of `readings`.
  public mutating func look(at readings: [BudgetReading], now: WallTime) -> [Alert] {
    readings.flatMap { look(at: $0, now: now) }
  }

  /// Thresholds that were told and whose windows have not ended.
  public func told(at now: WallTime) -> [ToldAlerts] {
    accounts.compactMap { name, account in
      guard !account.told.isEmpty, account.windowEnd > now else { return nil }
      return ToldAlerts(account: name, windowEnd: account.windowEnd, thresholds: account.told)
    }
  }

  private mutating func look(at reading: BudgetReading, now: WallTime) -> [Alert] {
    guard let rule = rules[reading.budget], case .calendarWindow(let window) = reading.shape, reading.limit > 0 else {
      return []
    }
    let crossed = rule.thresholds.filter { $0.isReached(by: reading) }
    let name = AccountName(reading)
    // Most accounts are far from their limits: nothing is kept of them.
    if crossed.isEmpty, rule.burn == nil, accounts[name] == nil { return [] }
    if accounts[name] == nil, !makeRoom(at: now) {
      overlooked += 1
      return []
    }
    return Self.look(
      at: reading, crossed, rule.burn, window, now,
      &accounts[name, default: Account(windowEnd: reading.resetsAt)])
  }

  private static func look(
    at reading: BudgetReading, _ crossed: [Policy.Share], _ burn: Policy.Burn?, _ window: CalendarWindow,
    _ now: WallTime, _ account: inout Account
  ) -> [Alert] {
    if account.windowEnd != reading.resetsAt {
      account.windowEnd = reading.resetsAt
      account.told = []
    }
    var alerts: [Alert] = []
    for share in crossed where account.told.insert(share.millionths).inserted {
      alerts.append(Alert(at: now, cause: .threshold(share), reading: reading))
    }
    if let burn {
      let last = WallTime(milliseconds: saturatingDifference(reading.resetsAt.milliseconds, 1))
      let (start, end) = window.bounds(containing: last)
      let windowMs = saturatingDifference(end.milliseconds, start.milliseconds)
      if let tenths = account.gauge.look(reading, burn, windowMs: windowMs, at: now) {
        alerts.append(Alert(at: now, cause: .burn(burn, tenths: tenths), reading: reading))
      }
    }
    return alerts
  }

  /// Whether there is room for another account, after those whose window has ended have gone. What such an account burnt
  /// is forgotten with it.
  private mutating func makeRoom(at now: WallTime) -> Bool {
    if accounts.count < AlertLimits.accountsMax { return true }
    accounts = accounts.filter { $0.value.windowEnd > now }
    return accounts.count < AlertLimits.accountsMax
  }
}

/// Which account of which budget; one that is counted in another unit is another one.
public struct AccountName: Hashable, Sendable {
  public let budget: BudgetName
  /// As people read it.
  public let scope: String
  public let unit: String

  public init(budget: BudgetName, scope: String, unit: String) {
    self.budget = budget
    self.scope = scope
    self.unit = unit
  }

  init(_ reading: BudgetReading) {
    self.init(budget: reading.budget, scope: reading.scopeText, unit: reading.unit.rawValue)
  }
}

/// Thresholds of one account that were told, in millionths of the limit; they hold until its window ends.
public struct ToldAlerts: Hashable, Sendable {
  public let account: AccountName
  public let windowEnd: WallTime
  public let thresholds: Set<Int64>

  public init(account: AccountName, windowEnd: WallTime, thresholds: Set<Int64>) {
    self.account = account
    self.windowEnd = windowEnd
    self.thresholds = thresholds
  }
}

extension Policy.Share {
  fileprivate func isReached(by reading: BudgetReading) -> Bool {
    Int128(reading.used) * 1_000_000 >= Int128(reading.limit) * Int128(millionths)
  }
}
