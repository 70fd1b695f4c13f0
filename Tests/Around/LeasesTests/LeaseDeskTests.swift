import Exchange
import Meters
import Testing

@testable import Leases

@Suite struct LeaseDeskTests {
  /// 2026-03-01T10:00:00Z.
  private let start = WallTime(milliseconds: 1_772_359_200_000)
  private let a = HolderName("a")
  private let b = HolderName("b")

  private func rule(_ limit: Int64, _ span: CalendarWindow.Span = .day) -> BudgetRule {
    BudgetRule(
      name: .init("cap"), unit: .totalTokens, limit: limit, shape: .calendarWindow(.init(span)))
  }

  private func bucket(_ limit: Int64, burst: Int64) -> BudgetRule {
    BudgetRule(name: .init("cap"), unit: .totalTokens, limit: limit, shape: .tokenBucket(.minute, burst: burst))
  }

  private func wish(
    _ rule: BudgetRule, serial: Int64 = 1, granted: Int64 = 0, spent: Int64 = 0, returned: Int64 = 0, needs: Int64 = 0,
    wants: Int64 = 0, key: String = ""
  ) -> LeaseWish {
    LeaseWish(
      meter: MeterName(budget: rule.name, measure: rule.measure, key: key), serial: serial,
      counters: .init(granted: granted, spent: spent, returned: returned), needs: needs, wants: wants)
  }

  private func later(_ ms: Int64) -> WallTime { WallTime(milliseconds: start.milliseconds + ms) }

  @Test func whatIsNeededIsGrantedWholeAndTheRestFromAShareOfWhatIsLeft() {
    let rule = rule(1000)
    var desk = LeaseDesk(rules: [rule])
    let first = desk.lease([wish(rule, needs: 200, wants: 900)], of: a, at: start)
    #expect(first.grants.map(\.granted) == [200 + 800 / 4])
    #expect(first.grants[0].reserved == 400)
    #expect(first.records.rows.map(\.counters) == [.init(granted: 400)])
    let second = desk.lease([wish(rule, needs: 100, wants: 900)], of: b, at: start)
    #expect(second.grants.map(\.granted) == [100 + 500 / 6])
    let reading = desk.readings(at: start)[0]
    #expect(reading.used == 0 && reading.reserved == 583)
  }

  @Test func askingAgainGrantsNothingTwice() {
    let rule = rule(1000)
    var desk = LeaseDesk(rules: [rule])
    let ask = wish(rule, needs: 200, wants: 200)
    for _ in 0..<5 {
      let answer = desk.lease([ask], of: a, at: start)
      #expect(answer.grants.map(\.granted) == [200])
    }
    let old = wish(rule, granted: 200, spent: 150, needs: 100, wants: 100)
    let answer = desk.lease([old], of: a, at: start)
    #expect(answer.grants[0].granted == 250)
    #expect(answer.grants[0].used == 150)
    let late = desk.lease([ask], of: a, at: start)
    #expect(late.grants[0].granted == 350)
    #expect(late.grants[0].used == 150)
  }

  @Test func whatIsGivenBackCanBeGrantedToOthers() {
    let rule = rule(1000)
    var desk = LeaseDesk(rules: [rule])
    _ = desk.lease([wish(rule, needs: 1000, wants: 1000)], of: a, at: start)
    let denied = desk.lease([wish(rule, needs: 300, wants: 300)], of: b, at: later(100))
    #expect(denied.grants[0].granted == 0)
    #expect(denied.grants[0].recalled == 1000)
    #expect(denied.recalls == [LeaseRecall(holder: a, meter: wish(rule).meter)])
    #expect(denied.grants[0].retryAfterMs == Limits.retryWhenHeldMs)
    _ = desk.lease([wish(rule, granted: 1000, spent: 100, returned: 600, needs: 300)], of: a, at: later(110))
    let granted = desk.lease([wish(rule, needs: 300, wants: 300)], of: b, at: later(120))
    #expect(granted.grants[0].granted == 300)
    #expect(granted.grants[0].used == 100)
    #expect(granted.grants[0].reserved == 600)
  }

  @Test func aHolderThatNeedsItsCreditIsBelieved() {
    let rule = rule(1000)
    var desk = LeaseDesk(rules: [rule])
    _ = desk.lease([wish(rule, needs: 1000, wants: 1000)], of: a, at: start)
    let denied = desk.lease([wish(rule, needs: 300, wants: 300)], of: b, at: later(10))
    #expect(denied.recalls.isEmpty)
    #expect(denied.grants[0].recalled == 0)
  }

  @Test func aHolderThatDoesNotAnswerIsNotWaitedForAgain() {
    let rule = rule(1000)
    var desk = LeaseDesk(rules: [rule])
    _ = desk.lease([wish(rule, needs: 1000, wants: 1000)], of: a, at: start)
    let ask = wish(rule, needs: 300, wants: 300)
    let first = desk.lease([ask], of: b, at: later(100))
    #expect(first.recalls.count == 1)
    let second = desk.lease([ask], of: b, at: later(200))
    #expect(second.recalls.isEmpty && second.grants[0].recalled == 1000)
    let third = desk.lease([ask], of: b, at: later(1200))
    #expect(third.recalls.isEmpty && third.grants[0].recalled == 0)
  }

  @Test func aWindowThatEndsFreesWhatWasSpentButNotWhatIsHeld() {
    let rule = rule(1000, .hour)
    var desk = LeaseDesk(rules: [rule])
    _ = desk.lease([wish(rule, needs: 1000, wants: 1000)], of: a, at: start)
    _ = desk.lease([wish(rule, granted: 1000, spent: 700, needs: 300)], of: a, at: later(1000))
    let next = desk.lease([wish(rule, needs: 1000)], of: b, at: later(3_600_000))
    #expect(next.grants[0].granted == 0)
    let fits = desk.lease([wish(rule, needs: 700)], of: b, at: later(3_600_000))
    #expect(fits.grants[0].granted == 700)
  }

  @Test func aSilentHoldersCreditCountsAsUsedAndIsItsOwnAgainWhenItComesBack() {
    let rule = rule(1000)
    var desk = LeaseDesk(rules: [rule])
    _ = desk.lease([wish(rule, needs: 600, wants: 600)], of: a, at: start)
    for second in stride(from: Int64(0), to: 30_000, by: 1000) { _ = desk.expire(at: later(second)) }
    let alive = desk.readings(at: later(29_000))[0]
    #expect(alive.used == 0 && alive.reserved == 600)
    _ = desk.expire(at: later(30_000))
    let silent = desk.readings(at: later(30_000))[0]
    #expect(silent.used == 600 && silent.reserved == 0)
    let back = desk.lease([wish(rule, granted: 600, spent: 50, needs: 20)], of: a, at: later(31_000))
    #expect(back.grants[0].used == 50)
    #expect(back.grants[0].reserved == 550)
  }

  @Test func aSilentHoldersCreditIsBookedForGoodWhenItIsTakenForDead() {
    let rule = rule(1000, .hour)
    let beforeTheHour = WallTime(milliseconds: start.milliseconds + 3_600_000 - 60_000)
    var desk = LeaseDesk(rules: [rule])
    var disk = Disk()
    disk.write(desk.lease([wish(rule, needs: 600, wants: 600)], of: a, at: beforeTheHour).records)
    var now = beforeTheHour
    for _ in 0..<335 {
      now.milliseconds += 1000
      disk.write(desk.expire(at: now))
    }
    // The hour has ended meanwhile: its credit was held through that.
    let dead = desk.readings(at: now)[0]
    #expect(dead.used == 600 && dead.reserved == 0)
    #expect(disk.isEmpty)
    var next = LeaseDesk(rules: [rule])
    next.restore(disk.records, at: now)
    let restored = next.readings(at: now)[0]
    #expect(restored.used == 600 && restored.reserved == 0)
  }

  @Test func aDaemonThatSleptTakesNobodyForDead() {
    let rule = rule(1000)
    var desk = LeaseDesk(rules: [rule])
    _ = desk.lease([wish(rule, needs: 600, wants: 600)], of: a, at: start)
    let records = desk.expire(at: later(3_600_000))
    #expect(records.isEmpty)
    let backwards = desk.expire(at: later(-3_600_000))
    #expect(backwards.isEmpty)
  }

  @Test func aRestartRestoresEverythingThatWasWritten() {
    let rule = rule(1000)
    var desk = LeaseDesk(rules: [rule])
    var disk = Disk()
    disk.write(desk.lease([wish(rule, needs: 300, wants: 300)], of: a, at: start).records)
    disk.write(desk.lease([wish(rule, granted: 300, spent: 120, needs: 180)], of: a, at: start).records)
    disk.write(desk.lease([wish(rule, needs: 100, wants: 100)], of: b, at: start).records)
    var next = LeaseDesk(rules: [rule])
    next.restore(disk.records, at: later(5000))
    let reading = next.readings(at: later(5000))[0]
    #expect(reading.used == 120)
    #expect(reading.reserved == 280)
    let answer = next.lease([wish(rule, granted: 300, spent: 300, needs: 0)], of: a, at: later(5000))
    #expect(answer.grants[0].used == 300)
    #expect(answer.grants[0].granted == 300)
  }

  @Test func recordsOfABudgetThatNoPolicyNamesYetWaitForIt() {
    let rule = rule(1000)
    var desk = LeaseDesk(rules: [rule])
    var disk = Disk()
    disk.write(desk.lease([wish(rule, granted: 0, spent: 40, needs: 300)], of: a, at: start).records)
    var next = LeaseDesk()
    next.restore(disk.records, at: start)
    _ = next.replace(rules: [rule], at: start)
    let reading = next.readings(at: start)[0]
    #expect(reading.used == 40 && reading.reserved == 300)
  }

  @Test func afterALostLedgerWhatHoldersSayIsBooked() {
    let rule = rule(1000)
    var desk = LeaseDesk(rules: [rule])
    let back = desk.lease(
      [wish(rule, granted: 500, spent: 200, returned: 100, needs: 200, wants: 200)], of: a, at: start)
    #expect(back.grants[0].used == 200)
    #expect(back.grants[0].reserved == 200)
    #expect(back.grants[0].granted == 500)
  }

  @Test func aLoweredLimitAsksHoldersForWhatIsTooMuch() {
    let rule = rule(1000)
    var desk = LeaseDesk(rules: [rule])
    _ = desk.lease([wish(rule, needs: 600, wants: 600)], of: a, at: start)
    let none = desk.replace(rules: [self.rule(700)], at: start)
    #expect(none.isEmpty)
    let recalls = desk.replace(rules: [self.rule(500)], at: start)
    #expect(recalls.map(\.holder) == [a])
    let denied = desk.lease([wish(rule, needs: 1)], of: b, at: start)
    #expect(denied.grants[0].granted == 0)
  }

  @Test func aNewAccountInPlaceOfOneNeverClosedBooksTheOldOne() {
    let rule = rule(1000)
    var desk = LeaseDesk(rules: [rule])
    _ = desk.lease([wish(rule, serial: 1, needs: 400)], of: a, at: start)
    let next = desk.lease([wish(rule, serial: 2, needs: 100)], of: a, at: start)
    #expect(next.grants[0].granted == 100)
    #expect(next.grants[0].used == 400)
    let old = desk.lease([wish(rule, serial: 1, granted: 400, needs: 400)], of: a, at: start)
    #expect(old.grants[0].granted == 0)
    let reading3 = desk.readings(at: start)[0]
    #expect(reading3.reserved == 100)
  }

  @Test func aClosedAccountIsRememberedAWhileAndThenForgotten() {
    let rule = rule(1000)
    var desk = LeaseDesk(rules: [rule])
    _ = desk.lease([wish(rule, needs: 400)], of: a, at: start)
    let close = wish(rule, granted: 400, spent: 100, returned: 300)
    _ = desk.lease([close], of: a, at: start)
    let again = desk.lease([close], of: a, at: later(5000))
    #expect(again.grants[0].used == 100)
    var rows: [LeaseRow] = []
    for second in 6..<80 { rows += desk.expire(at: later(Int64(second) * 1000)).rows }
    #expect(rows.map(\.counters) == [nil])
    let reading4 = desk.readings(at: later(80_000))[0]
    #expect(reading4.used == 100)
  }

  @Test func aBucketDrainsWhatIsSpentButNotWhatIsHeld() {
    let rule = bucket(60, burst: 100)
    var desk = LeaseDesk(rules: [rule])
    _ = desk.lease([wish(rule, needs: 100)], of: a, at: start)
    let denied = desk.lease([wish(rule, needs: 1)], of: b, at: later(60_000))
    #expect(denied.grants[0].granted == 0)
    _ = desk.lease([wish(rule, granted: 100, spent: 100)], of: a, at: later(60_000))
    let soon = desk.lease([wish(rule, needs: 10)], of: b, at: later(60_000))
    #expect(soon.grants[0].retryAfterMs == 10_000)
    let granted = desk.lease([wish(rule, needs: 10)], of: b, at: later(70_000))
    #expect(granted.grants[0].granted == 10)
  }

  @Test(arguments: [Int64.min, -1, 0, 1_000_000_000_000_000_000, .max])
  func absurdNumbersNeitherCrashNorMakeMoney(number: Int64) {
    let rule = rule(1000)
    var desk = LeaseDesk(rules: [rule])
    _ = desk.lease([wish(rule, needs: 400)], of: b, at: start)
    let absurd = [
      wish(rule, serial: number, needs: number, wants: number), wish(rule, granted: number, needs: 10),
      wish(rule, returned: number, needs: 10), wish(rule, spent: number, needs: 10),
      wish(rule, granted: number, spent: number, returned: number, needs: number, wants: number),
    ]
    for (turn, one) in absurd.enumerated() {
      let answer = desk.lease([one], of: HolderName("h\(turn)"), at: later(Int64(turn)))
      #expect(answer.grants.count == 1)
      let credit = LeaseCounters(
        granted: answer.grants[0].granted, spent: max(0, one.counters.spent), returned: max(0, one.counters.returned)
      ).credit
      #expect(credit <= 1000)
    }
    let unknown = LeaseWish(
      meter: MeterName(budget: .init("other"), measure: "x", key: "k"), serial: 1, counters: .init(granted: number),
      needs: number, wants: number)
    let answer = desk.lease([unknown], of: a, at: start)
    #expect(answer.grants.map(\.granted) == [0])
    #expect(answer.grants[0].retryAfterMs == 1000)
    _ = desk.expire(at: WallTime(milliseconds: .max))
    _ = desk.expire(at: WallTime(milliseconds: .min))
  }
}

/// What is on disk: the last record of each meter and of each holder's account.
struct Disk {
  private var marks: [MeterName: MeterMark] = [:]
  private var rows: [[String]: LeaseRow] = [:]

  mutating func write(_ records: LeaseRecords) {
    for mark in records.marks { marks[MeterName(mark)] = mark }
    for row in records.rows {
      let id = [row.holder.text, row.meter.budget.text, row.meter.measure, row.meter.key]
      rows[id] = row.counters == nil ? nil : row
    }
  }

  var records: LeaseRecords {
    var records = LeaseRecords()
    records.marks = Array(marks.values)
    records.rows = Array(rows.values)
    return records
  }

  var isEmpty: Bool { rows.isEmpty }
}
