import Exchange
import Meters
import Testing

@testable import Admission

@Suite struct CreditTests {
  private let start = WallTime(milliseconds: 1_772_359_200_000)
  private let rule = BudgetRule.window(10_000)

  private func later(_ ms: Int64) -> WallTime { WallTime(milliseconds: start.milliseconds + ms) }

  private func ask(_ output: Int, floor: Int? = nil) -> Ask {
    Ask(input: .zero, output: TokenCount(output), outputFloor: floor.map { TokenCount($0) })
  }

  private func grant(
    _ wish: LeaseWish, _ granted: Int64, used: Int64 = 0, recalled: Int64 = 0, retryAfterMs: Int64? = nil
  ) -> LeaseGrant {
    LeaseGrant(
      meter: wish.meter, serial: wish.serial, granted: granted, used: used, reserved: 0, limit: 10_000,
      recalled: recalled, retryAfterMs: retryAfterMs, resetsAt: later(50_400_000))
  }

  private enum Seen {
    case held(Call)
    case refused(Refusal)
    case wishes([LeaseWish])
    case recalled(Refusal, Int64)

    var call: Call? { if case .held(let call) = self { call } else { nil } }
    var wishes: [LeaseWish]? { if case .wishes(let wishes) = self { wishes } else { nil } }
    var refusal: Refusal? { if case .refused(let refusal) = self { refusal } else { nil } }
  }

  private func reserve(_ admission: inout Admission, _ ask: Ask, at now: WallTime) -> Seen {
    switch admission.reserve(ask, at: now, value: { _ in nil }) {
    case .admitted(let reservation): return .held(Call(reservation, at: now))
    case .refused(let refusal): return .refused(refusal)
    case .needsCredit(let wishes): return .wishes(wishes)
    case .recalled(let refusal, let ms): return .recalled(refusal, ms)
    case .needsLease: preconditionFailure("shared budgets are not paid from the own ledger")
    case .needsMarks: preconditionFailure("shared budgets are not paid from the own ledger")
    case .waits(let wait): return .refused(wait.refusal)
    }
  }

  private func settle(_ admission: inout Admission, _ call: Call, _ output: Int64, at now: WallTime) {
    admission.settle(call.take(), usage: Usage(input: .zero, output: TokenCount(output)), at: now)
  }

  /// Wishes of several calls go out together, and each call gets the answers to all of them.
  @Test func ofSeveralAnswersForOneMeterTheOneThatGrantsMostIsTaken() throws {
    var admission = Admission(rules: [rule], funding: .shared)
    let ahead = try #require(reserve(&admission, ask(100), at: start).wishes)
    let wishes = try #require(reserve(&admission, ask(400), at: start).wishes)
    let answers = [grant(ahead[0], 100), grant(wishes[0], 400)]
    admission.granted(answers, for: ahead, at: start)
    admission.granted(answers, for: wishes, at: start)
    let call = try #require(reserve(&admission, ask(400), at: start).call)
    settle(&admission, call, 400, at: start)
  }

  @Test(arguments: [BudgetRule.Enforcement.shadow, .unlimited])
  func aBudgetThatOnlyWatchesRefusesNobodyWhateverItsAuthoritySays(enforcement: BudgetRule.Enforcement) throws {
    var watching = rule
    watching.enforcement = enforcement
    var admission = Admission(rules: [watching], funding: .shared)
    let first = try #require(reserve(&admission, ask(400), at: start).call)
    settle(&admission, first, 400, at: start)
    let wishes = admission.creditWanted(at: start)
    let stated = try #require(wishes.first)
    #expect(stated.counters.spent == 400)
    admission.granted([grant(stated, 0)], for: wishes, at: start)
    let second = try #require(reserve(&admission, ask(400), at: start).call)
    settle(&admission, second, 400, at: start)
    let spent = admission.idleWishes(at: later(2000)).first?.counters.spent
    #expect(spent == 800)
  }

  @Test func whileTheAuthorityCannotBeAskedCallsMayGoOnAndAreReportedToItLater() throws {
    var admission = Admission(rules: [rule], funding: .shared)
    let wishes = try #require(reserve(&admission, ask(400), at: start).wishes)
    admission.declined(wishes)
    admission.spendsUnheard = true
    for _ in 0..<3 {
      let call = try #require(reserve(&admission, ask(400), at: start).call)
      settle(&admission, call, 400, at: start)
    }
    let open = try #require(reserve(&admission, ask(50), at: start).call)
    admission.spendsUnheard = false
    let told = admission.outstandingWishes(at: start)
    #expect(told.map(\.counters) == [LeaseCounters(granted: 0, spent: 1200)])
    #expect(told.map(\.needs) == [50])
    let asked = try #require(reserve(&admission, ask(400), at: start).wishes)
    #expect(asked[0].counters.spent == 1200 && asked[0].needs == 450)
    settle(&admission, open, 0, at: start)
  }

  @Test func nothingIsSpentBeforeItIsGranted() throws {
    var admission = Admission(rules: [rule], funding: .shared)
    let wishes = try #require(reserve(&admission, ask(400), at: start).wishes)
    #expect(wishes.map(\.needs) == [400])
    #expect(wishes.map(\.counters) == [LeaseCounters()])
    admission.granted([grant(wishes[0], 700)], for: wishes, at: start)
    let call = try #require(reserve(&admission, ask(400), at: start).call)
    settle(&admission, call, 100, at: start)
    let more = try #require(reserve(&admission, ask(650), at: later(1500)).wishes)
    #expect(more[0].counters == LeaseCounters(granted: 700, spent: 100))
    #expect(more[0].needs == 650)
  }

  @Test func aCallIsFittedToWhatIsGrantedAndTheAuthorityIsNotAskedTwice() throws {
    var admission = Admission(rules: [rule], funding: .shared)
    let wishes = try #require(reserve(&admission, ask(64_000, floor: 256), at: start).wishes)
    #expect(wishes[0].needs == 256)
    #expect(wishes[0].wants >= 64_000)
    admission.granted([grant(wishes[0], 3000)], for: wishes, at: start)
    let call = try #require(reserve(&admission, ask(64_000, floor: 256), at: start).call)
    #expect(call.fitted == 3000)
    admission.release(call.take(), at: start)
  }

  @Test func whatIsGrantedInFullIsNotSharedOutASecondTime() throws {
    var admission = Admission(rules: [rule], funding: .shared)
    let wishes = try #require(reserve(&admission, ask(4000, floor: 256), at: start).wishes)
    admission.granted([grant(wishes[0], 10_000)], for: wishes, at: start)
    let first = try #require(reserve(&admission, ask(4000, floor: 256), at: start).call)
    let second = try #require(reserve(&admission, ask(4000, floor: 256), at: start).call)
    #expect(first.fitted == nil)
    #expect(second.fitted == nil)
    for call in [first, second] { admission.release(call.take(), at: start) }
  }

  @Test func whatWasDeniedIsRefusedLocallyInTheAuthoritysWordsUntilItMayHaveChanged() throws {
    var admission = Admission(rules: [rule], funding: .shared)
    let wishes = try #require(reserve(&admission, ask(400), at: start).wishes)
    admission.granted([grant(wishes[0], 0, used: 9900, retryAfterMs: 50_400_000)], for: wishes, at: start)
    let refusal = try #require(reserve(&admission, ask(400), at: later(900)).refusal)
    #expect(refusal.cause == .spent)
    #expect(refusal.used == 9900)
    #expect(refusal.retryAfterMs == 50_399_100)
    #expect(refusal.resetsAt == later(50_400_000))
    let seen1 = reserve(&admission, ask(100), at: later(900)).wishes
    #expect(seen1 != nil)
    let seen2 = reserve(&admission, ask(400), at: later(1000)).wishes
    #expect(seen2 != nil)
  }

  @Test func anAnswerThatTimeIsShortIsBelievedNoLongerThanThat() throws {
    var admission = Admission(rules: [rule], funding: .shared)
    let wishes = try #require(reserve(&admission, ask(400), at: start).wishes)
    admission.granted([grant(wishes[0], 0, used: 9900, retryAfterMs: 30)], for: wishes, at: start)
    let seen3 = reserve(&admission, ask(400), at: later(29)).refusal
    #expect(seen3 != nil)
    let seen4 = reserve(&admission, ask(400), at: later(30)).wishes
    #expect(seen4 != nil)
  }

  @Test func recalledCreditMayBeWaitedFor() throws {
    var admission = Admission(rules: [rule], funding: .shared)
    let wishes = try #require(reserve(&admission, ask(400), at: start).wishes)
    admission.granted([grant(wishes[0], 0, used: 100, recalled: 900)], for: wishes, at: start)
    guard case .recalled(let refusal, let ms) = reserve(&admission, ask(400), at: start) else {
      Issue.record("the verdict says that credit has been recalled")
      return
    }
    #expect(refusal.cause == .held)
    #expect(ms == Limits.recallMs)
    let again = try #require(reserve(&admission, ask(400), at: later(ms)).wishes)
    admission.granted([grant(again[0], 400)], for: again, at: later(ms))
    admission.release(try #require(reserve(&admission, ask(400), at: later(ms)).call).take(), at: later(ms))
  }

  @Test func aWishThatIsNotAnsweredIsDeniedAndOneThatFailedMayBeRepeated() throws {
    var admission = Admission(rules: [rule], funding: .shared)
    let wishes = try #require(reserve(&admission, ask(400), at: start).wishes)
    admission.declined(wishes)
    let value5 = try #require(reserve(&admission, ask(400), at: start).wishes).map(\.needs)
    #expect(value5 == [400])
    admission.granted([], for: wishes, at: start)
    let seen6 = reserve(&admission, ask(400), at: start).refusal
    #expect(seen6 != nil)
  }

  @Test func anAnswerThatComesTwiceOrLateGrantsNothingTwice() throws {
    var admission = Admission(rules: [rule], funding: .shared)
    let wishes = try #require(reserve(&admission, ask(400), at: start).wishes)
    let answer = grant(wishes[0], 400)
    for _ in 0..<3 { admission.granted([answer], for: wishes, at: start) }
    let given = admission.recall([wishes[0].meter], at: start)
    #expect(given.map(\.counters) == [LeaseCounters(granted: 400, returned: 400)])
    admission.granted([answer], for: wishes, at: start)
    let seen7 = reserve(&admission, ask(1), at: start).call
    #expect(seen7 == nil)
  }

  @Test func aProcessThatDidNotRunSpendsNothingBeforeItHasAsked() throws {
    var admission = Admission(rules: [rule], funding: .shared)
    let wishes = try #require(reserve(&admission, ask(400), at: start).wishes)
    admission.granted([grant(wishes[0], 5000)], for: wishes, at: start)
    admission.release(try #require(reserve(&admission, ask(400), at: start).call).take(), at: start)
    let frozen = later(Limits.frozenMs + 1)
    let again = try #require(reserve(&admission, ask(400), at: frozen).wishes)
    #expect(again[0].counters == LeaseCounters(granted: 5000, returned: 5000))
  }

  @Test func whatOpenCallsHoldIsNotGivenBack() throws {
    var admission = Admission(rules: [rule], funding: .shared)
    let wishes = try #require(reserve(&admission, ask(400), at: start).wishes)
    admission.granted([grant(wishes[0], 1000)], for: wishes, at: start)
    let call = try #require(reserve(&admission, ask(400), at: start).call)
    let given = admission.recall([wishes[0].meter], at: start)
    #expect(given.map(\.counters.returned) == [600])
    #expect(given.map(\.needs) == [400])
    #expect(!given[0].isClosing)
    settle(&admission, call, 300, at: start)
    let last = admission.farewell(at: start)
    #expect(last.map(\.counters) == [LeaseCounters(granted: 1000, spent: 300, returned: 700)])
    #expect(last[0].isClosing)
  }

  @Test func spendIsReportedWithinASecondAndStatedAgainAfterAReconnect() throws {
    var admission = Admission(rules: [rule], funding: .shared)
    let wishes = try #require(reserve(&admission, ask(400), at: start).wishes)
    admission.granted([grant(wishes[0], 1000)], for: wishes, at: start)
    settle(&admission, try #require(reserve(&admission, ask(400), at: start).call), 123, at: start)
    let wishes8 = admission.idleWishes(at: later(500))
    #expect(wishes8.isEmpty)
    let wishes9 = admission.idleWishes(at: later(1000))
    #expect(wishes9.map(\.counters.spent) == [123])
    let wishes10 = admission.idleWishes(at: later(2000))
    #expect(wishes10.isEmpty)
    let wishes11 = admission.outstandingWishes(at: later(2000))
    #expect(wishes11.map(\.counters.spent) == [123])
  }

  @Test func aCallThatCostMoreThanItReservedIsReportedInFull() throws {
    var admission = Admission(rules: [rule], funding: .shared)
    let wishes = try #require(reserve(&admission, ask(400), at: start).wishes)
    admission.granted([grant(wishes[0], 400)], for: wishes, at: start)
    settle(&admission, try #require(reserve(&admission, ask(400), at: start).call), 5000, at: start)
    let more = try #require(reserve(&admission, ask(10), at: later(1500)).wishes)
    #expect(more[0].counters.spent == 5000)
    admission.granted([grant(more[0], 5010)], for: more, at: later(1500))
    admission.release(try #require(reserve(&admission, ask(10), at: later(1500)).call).take(), at: later(1500))
  }
}
