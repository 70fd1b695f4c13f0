import Exchange
import Foundation
import Meters
import TestSupport
import Testing

@testable import Admission

/// Figures, not a test: `AIGW_SPEED=1 swift test -c release --filter AdmissionSpeedTests` prints them.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["AIGW_SPEED"] != nil), .serialized)
struct AdmissionSpeedTests {
  private static let user = BudgetRule.Dimension.header("x-user-id")
  private static let price = WorstPrice(
    perInputToken: try! TokenPrice(parsing: "2.50"), perOutputToken: try! TokenPrice(parsing: "10"))

  /// The median time of a call, in nanoseconds.
  private func median(_ name: String, calls: Int, _ call: () -> Void) {
    for _ in 0..<calls / 10 { call() }
    var times: [Double] = []
    for _ in 0..<50 {
      let start = ContinuousClock.now
      for _ in 0..<calls / 50 { call() }
      times.append((ContinuousClock.now - start) / .nanoseconds(1) / Double(calls / 50))
    }
    times.sort()
    print("\(name): \(Int(times[times.count / 2])) ns (\(Int(times[0]))–\(Int(times[times.count - 1])))")
  }

  @Test func aCallOnTenBudgets() {
    var rules: [BudgetRule] = (0..<7).map { .window(.max / 4, name: "w\($0)") }
    rules.append(.window(.max / 4, name: "money", .usd))
    rules.append(.window(.max / 4, name: "user", .requests, per: [Self.user]))
    rules.append(.bucket(.max / 4, name: "rate", burst: .max / 4))
    let house = House(rules)
    median("reserve and settle on 10 budgets", calls: 100_000) {
      reserveAndSettle(house, user: "alice")
    }
  }

  @Test func aCallAmongManyKeys() {
    let house = House([.window(.max / 4, name: "each", .totalTokens, per: [Self.user])])
    for number in 0..<MeterLimits.keysPerBudgetMax { reserveAndSettle(house, user: "user-\(number)") }
    let names = (0..<4096).map { "user-\($0 * 24)" }
    var turn = 0
    median("reserve and settle among 100,000 keys", calls: 100_000) {
      turn &+= 1
      reserveAndSettle(house, user: names[turn & 4095])
    }
  }

  @Test func aRefusedCall() {
    let house = House([.window(1)])
    median("a refusal", calls: 100_000) {
      if case .refused = house.tryOnce(100, 100) { return }
      Issue.record("it does not fit")
    }
  }

  @Test func tenThousandRules() {
    let rules = (0..<10_000).map { number in
      BudgetRule.window(1000 + Int64(number), name: "b\(number)", match: [.init(Self.user, "u\(number)")])
    }
    let house = House(rules)
    let changed = Array(rules.dropLast()) + [.window(5, name: "new", match: [.init(Self.user, "new")])]
    var isChanged = false
    median("a policy of 10,000 budgets", calls: 100) {
      isChanged.toggle()
      house.admission.replace(rules: isChanged ? changed : rules, at: house.now)
    }
    median("reserve and settle beside 10,000 budgets", calls: 100_000) { reserveAndSettle(house, user: "u77") }
  }

  private func reserveAndSettle(_ house: House, user: String) {
    let ask = Ask(input: TokenCount(100), output: TokenCount(300), price: Self.price)
    while true {
      let verdict = house.admission.reserve(ask, at: house.now) { dimension in
        switch dimension {
        case .header: user
        default: nil
        }
      }
      switch consume verdict {
      case .admitted(let reservation):
        house.admission.settle(
          reservation, usage: Usage(input: TokenCount(90), output: TokenCount(50)), usd: NanoDollars(725_000),
          at: house.now)
        if house.admission.wantsLeases { house.admission.granted(house.admission.leasesWanted(at: house.now)) }
        return
      case .needsLease(let marks): house.admission.granted(marks)
      case .refused: return
      case .waits: return
      case .needsMarks: return
      case .needsCredit: return
      case .recalled: return
      }
    }
  }
}
