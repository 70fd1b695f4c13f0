// SharedMeter: one key of one budget, what has been spent of it, and the credit of each of its holders.

import Exchange
import Meters

/// The books of one meter for all its holders. At all times, whatever holders say:
///
///     used + held <= capacity, or nothing is granted
///
/// where `held` is the sum of what its holders may still spend. It does not drain in a bucket and survives the end of a
/// window.
struct SharedMeter {
  let key: String
  private(set) var tally: Tally
  private(set) var accounts: [Account] = []

  init(key: String, shape: BudgetRule.Shape, at now: WallTime) {
    self.key = key
    tally = Tally(shape, at: now)
  }

  /// A wide sum: what holders claim after a loss of the ledger is believed one by one.
  private var heldWide: Int128 { accounts.reduce(0) { $0 + Int128($1.held) } }
  private var silentWide: Int128 { accounts.reduce(0) { $0 + ($1.isSilent ? Int128($1.held) : 0) } }

  /// Units spent, those that silent holders may have spent included.
  var used: Int64 { Int64(clamping: Int128(tally.used) + silentWide) }
  /// Units that holders who are heard may still spend.
  var reserved: Int64 { Int64(clamping: heldWide - silentWide) }

  /// Units that may be granted; below 0 when more was spent or is held than there is.
  private func left(_ terms: BudgetTerms) -> Int64 {
    Int64(clamping: Int128(terms.capacity) - Int128(tally.used) - heldWide)
  }

  mutating func advance(to now: WallTime, by terms: BudgetTerms) { tally.advance(to: now, by: terms) }

  mutating func changeTerms(from old: BudgetTerms, at now: WallTime) { tally.changeTerms(from: old, at: now) }

  func position(of holder: Int) -> Int? { accounts.firstIndex { $0.holder == holder } }

  // MARK: Hear

  /// Books what a holder says it has done. The answer is where its account stands; nil for a message about an account
  /// that has been closed since, which says nothing.
  mutating func hear(_ wish: LeaseWish, of holder: Int, by terms: BudgetTerms, at now: Int64) -> Int? {
    var known = position(of: holder)
    if let position = known, accounts[position].serial != wish.serial {
      if accounts[position].serial > wish.serial { return nil }
      // A new account in place of one that was never closed: nobody will say any more what became of its credit.
      book(position)
      known = nil
    }
    let position = known ?? accounts.count
    if position == accounts.count { accounts.append(Account(holder: holder, serial: wish.serial, at: now)) }
    accounts[position].state = .open
    learn(wish.counters, by: terms, at: position)
    accounts[position].heard(needs: wish.needs, at: now)
    if wish.isClosing, accounts[position].counters.credit == 0 { accounts[position].state = .closed(at: now) }
    assert(accounts[position].holder == holder, "heard holder \(holder), booked on \(accounts[position].holder)")
    assert(accounts.count { $0.holder == holder } == 1, "holder \(holder) has two accounts on one meter")
    return position
  }

  private mutating func learn(_ said: LeaseCounters, by terms: BudgetTerms, at position: Int) {
    let before = accounts[position].counters
    var after = before
    after.learn(said)
    tally.add(saturatingDifference(after.spent, before.spent))
    if after.granted > before.granted {
      // Granted by a ledger that was lost. It cannot have been more than there is.
      let done = saturatingSum(after.spent, after.returned)
      after.granted = max(before.granted, min(after.granted, saturatingSum(done, terms.capacity)))
    }
    assert(
      after.spent >= before.spent && after.granted >= before.granted && after.returned >= before.returned,
      "an account went back from \(before) to \(after)")
    accounts[position].counters = after
  }

  // MARK: Grant

  /// Gives `wish` what it needs, if there is as much, and then up to what it wants from a share of what is left. True:
  /// it got what it needs.
  mutating func grant(_ wish: LeaseWish, to position: Int, by terms: BudgetTerms, at now: Int64) -> Bool {
    let credit = accounts[position].counters.credit
    let needs = max(0, wish.needs)
    var left = left(terms)
    var more: Int64 = 0
    if needs > credit {
      more = needs - credit
      guard more <= left || !terms.isEnforced else { return false }
      left = saturatingDifference(left, more)
    }
    let wanted = saturatingDifference(wish.wants, saturatingSum(credit, more))
    if !terms.isEnforced { left = max(left, saturatingSum(saturatingSum(used, reserved), more)) }
    if wanted > 0, left > 0 {
      let holders = accounts.reduce(Int64(1)) { $0 + ($1.held > 0 && $1.holder != accounts[position].holder ? 1 : 0) }
      more += min(wanted, left / (Limits.shareDivisor * (holders + 1)))
    }
    if more > 0 {
      let counters = accounts[position].counters
      let done = saturatingSum(counters.spent, counters.returned)
      accounts[position].counters.granted = saturatingSum(done, saturatingSum(credit, more))
      accounts[position].state = .open
      assert(
        !terms.isEnforced || self.left(terms) >= 0,
        "\(more) units granted of a meter with \(tally.used) used and \(reserved) held of \(terms.capacity)")
    }
    return true
  }

  /// Asks other holders for enough to grant what was denied: the sum that may come back, and whom to ask now.
  mutating func recall(for wish: LeaseWish, of position: Int, by terms: BudgetTerms, at now: Int64) -> (
    expected: Int64, holders: [Int]
  ) {
    let short = saturatingDifference(saturatingDifference(wish.needs, accounts[position].counters.credit), left(terms))
    var expected: Int64 = 0
    var holders: [Int] = []
    for other in accounts.indices where other != position && expected < short {
      let spare = accounts[other].spare(at: now)
      if spare == 0 || accounts[other].ignoredRecall(at: now) { continue }
      expected = saturatingSum(expected, spare)
      if accounts[other].isRecalled(at: now) { continue }
      accounts[other].recall(at: now)
      holders.append(accounts[other].holder)
    }
    return (expected, holders)
  }

  /// More is spent and held than there is, as after a limit was lowered: all holders, to be asked for what they do not
  /// need.
  mutating func recallIfOver(_ terms: BudgetTerms, at now: Int64) -> [Int] {
    guard terms.isEnforced, left(terms) < 0 else { return [] }
    return accounts.indices.filter { accounts[$0].held > 0 }.map { position in
      accounts[position].recall(at: now)
      return accounts[position].holder
    }
  }

  /// How long until time alone will have made room for `wish`; nil: never.
  func retryAfterMs(_ wish: LeaseWish, of position: Int, by terms: BudgetTerms, at now: WallTime) -> Int64? {
    if wish.needs > terms.capacity { return nil }
    let more = saturatingDifference(wish.needs, accounts[position].counters.credit)
    let level = Int64(clamping: Int128(terms.capacity) - heldWide - Int128(more))
    if level < 0 { return Limits.retryWhenHeldMs }
    return tally.msUntil(level: level, from: now, by: terms)
  }

  // MARK: Silence

  mutating func fallSilent(_ position: Int, at now: Int64) {
    if case .open = accounts[position].state { accounts[position].state = .silent(since: now) }
  }

  /// Forgets an account. What it still holds is counted as spent: nobody knows what a killed process spent.
  mutating func book(_ position: Int) {
    tally.add(accounts[position].held)
    accounts.remove(at: position)
  }

  var isIdle: Bool { tally.used == 0 && accounts.isEmpty }

  // MARK: Ledger

  mutating func restore(_ mark: MeterMark, by terms: BudgetTerms, at now: WallTime) {
    _ = tally.restore(mark, by: terms, at: now)
  }

  mutating func restore(_ account: Account) {
    assert(account.state == .open, "an account is restored that is \(account.state)")
    accounts.removeAll { $0.holder == account.holder }
    accounts.append(account)
  }

  func mark(of id: BudgetID, by terms: BudgetTerms, at now: WallTime) -> MeterMark {
    tally.mark(
      MeterName(budget: id.name, measure: id.measure, key: key), used: tally.used, carried: 0, isLease: false,
      by: terms,
      at: now)
  }
}
