import Exchange
import Meters
import Testing

@testable import Leases

/// A desk with more keys than memory, and what of its records has reached the disk.
@Suite struct DeskEvictionTests {
  private static let user = BudgetRule.Dimension.header("x-user-id")
  private static let holder = HolderName("a")
  private static let keys = MeterLimits.keysPerBudgetMax

  private struct Node: ~Copyable {
    let rule = BudgetRule(
      name: .init("each"), unit: .requests, limit: 5, shape: .calendarWindow(.init(.day)), per: [user])
    var desk: LeaseDesk
    var marks: [MeterName: MeterMark] = [:]
    var rows: [MeterName: LeaseRow] = [:]
    var writes = true
    var lookUps = 0
    private var serial: Int64 = 0
    /// 2026-03-01T10:00:00Z.
    var now = WallTime(milliseconds: 1_772_359_200_000)

    init() { desk = LeaseDesk(rules: [rule]) }

    mutating func lease(_ key: String, serial: Int64, _ counters: LeaseCounters, needs: Int64) -> LeaseGrant {
      let wish = LeaseWish(
        meter: MeterName(budget: rule.name, measure: rule.measure, key: key), serial: serial, counters: counters,
        needs: needs, wants: needs)
      let unread = desk.unread([wish], at: now)
      lookUps += unread.count
      if !unread.isEmpty { desk.recollect(unread.compactMap { marks[$0] }, of: unread, at: now) }
      let answer = desk.lease([wish], of: holder, at: now)
      note(answer.records)
      return answer.grants[0]
    }

    mutating func note(_ records: LeaseRecords) {
      if writes {
        for mark in records.marks { marks[MeterName(mark)] = mark }
        for row in records.rows { rows[row.meter] = row.counters == nil ? nil : row }
      }
      desk.noted(records, areWritten: writes)
    }

    /// One request of a user, from its first wish to the end of its account; false where it was not granted.
    mutating func spendOnce(_ key: String) -> Bool {
      serial += 1
      let granted = lease(key, serial: serial, LeaseCounters(), needs: 1)
      guard granted.granted == 1 else { return false }
      _ = lease(key, serial: serial, LeaseCounters(granted: 1, spent: 1), needs: 0)
      return true
    }

    /// Long enough for what is over to be forgotten.
    mutating func rest() {
      for _ in 0..<25 {
        now.milliseconds += 4000
        _ = desk.lease([], of: holder, at: now)
        note(desk.expire(at: now))
      }
    }
  }

  private func full() -> Node {
    var node = Node()
    for number in 0..<Self.keys { _ = node.spendOnce("u\(number)") }
    return node
  }

  @Test func aKeyMoreThanMemoryHoldsIsGrantedAndThoseThatMadeRoomFindTheirSpendAgain() {
    var node = full()
    let tooSoon = node.spendOnce("new")
    #expect(!tooSoon)
    node.rest()
    var granted = 0
    for number in 0..<300 { granted += node.spendOnce("new\(number)") ? 1 : 0 }
    #expect(granted == 300)
    #expect(node.lookUps == 0)
    for number in stride(from: 0, to: Self.keys, by: 9_973) + [1, 2, 3] {
      var more = 0
      while more < 9, node.spendOnce("u\(number)") { more += 1 }
      #expect(more == 4, "u\(number)")
    }
    #expect(node.lookUps > 0)
  }

  @Test func aMarkThatCouldNotBeWrittenIsKeptUntilItIs() {
    var node = full()
    node.rest()
    node.marks = [:]
    node.writes = false
    _ = node.spendOnce("new")
    node.writes = true
    let evicted = (0..<Self.keys).filter { number in
      let meter = MeterName(budget: node.rule.name, measure: node.rule.measure, key: "u\(number)")
      return node.desk.budgets[0].meters.place(of: meter.key) == nil
    }
    #expect(evicted.count == MeterLimits.evictedAtOnce)
    for number in evicted {
      var more = 0
      while more < 9, node.spendOnce("u\(number)") { more += 1 }
      #expect(more == 4, "u\(number)")
    }
  }

  @Test func aRestartWithMoreKeysThanMemoryForgetsNone() {
    var node = full()
    node.rest()
    for number in 0..<200 { _ = node.spendOnce("new\(number)") }
    let open = node.lease("held", serial: .max, LeaseCounters(), needs: 3)
    #expect(open.granted == 3)
    var records = LeaseRecords()
    records.marks = Array(node.marks.values)
    records.rows = Array(node.rows.values)
    node.desk = LeaseDesk(rules: [node.rule])
    node.desk.restore(records, at: node.now)
    for key in ["u1", "u500", "u99999", "new7", "new199"] {
      var more = 0
      while more < 9, node.spendOnce(key) { more += 1 }
      #expect(more == 4, "\(key)")
    }
    let held = node.lease("held", serial: .max, LeaseCounters(granted: 3), needs: 5)
    #expect(held.granted == 5)
  }
}
