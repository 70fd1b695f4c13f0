// The promise, under random lives: whatever is reserved, settled, dropped, killed and restarted, no budget is spent
// beyond its limit, at whichever moment between reservation and settlement the provider bills.
import Exchange
import Meters
import TestSupport
import Testing

@testable import Admission

@Suite struct PromiseTests {
  private struct Life {
    let house: House
    var random: Seeded
    var open: [(call: Call, user: String)] = []
    var bills = Bills()
    /// Leases on their way to the disk, in order.
    var inFlight: [[MeterMark]] = []
    var admitted = 0

    init(seed: UInt64) {
      random = Seeded(seed)
      let user = BudgetRule.Dimension.header("x-user-id")
      let spans: [CalendarWindow.Span] = [.hour, .day, .week, .month]
      house = House([
        .window(
          .random(in: 500...20_000, using: &random), name: "cap", .totalTokens, spans.randomElement(using: &random)!),
        .window(.random(in: 500...9000, using: &random), name: "each", .outputTokens, .hour, per: [user]),
        .bucket(
          .random(in: 1...9000, using: &random), name: "rate", .totalTokens,
          burst: .random(in: 500...9000, using: &random)),
        .bucket(.random(in: 1...9, using: &random), name: "calls", .requests, .second, burst: 7, per: [user, .model]),
      ])
    }

    mutating func live(steps: Int) {
      for _ in 0..<steps {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<45: ask()
        case 45..<75: finish()
        case 75..<82: land()
        case 82..<95: house.now.milliseconds += .random(in: 0...20_000, using: &random)
        case 95..<97: house.now.milliseconds += .random(in: 0...4_000_000, using: &random)
        case 97: house.now.milliseconds = toEndOfHour()
        case 98: crash()
        default: stop()
        }
      }
    }

    private mutating func land() {
      for marks in inFlight {
        house.commit(marks)
        house.admission.granted(marks)
      }
      inFlight = []
      house.tick()
    }

    private mutating func toEndOfHour() -> Int64 {
      let end = CalendarWindow(.hour).bounds(containing: house.now).end.milliseconds
      return max(house.now.milliseconds, end - .random(in: 0...3, using: &random))
    }

    private mutating func ask() {
      let user = ["alice", "bob", ""].randomElement(using: &random)!
      let floor = Bool.random(using: &random) ? 64 : nil
      let input = Int.random(in: 0...300, using: &random)
      let output = Int.random(in: 0...1500, using: &random)
      for _ in 0..<20 {
        switch house.tryOnce(input, output, floor: floor, user: user) {
        case .admitted(let call):
          admitted += 1
          open.append((call, user))
          return
        case .refused: return
        case .other, .waits, .needsMarks:
          Issue.record("own budgets need no authority")
          return
        case .needsLease(let marks):
          switch Int.random(in: 0..<20, using: &random) {
          case 0: return crash()  // Killed before the commit ...
          case 1:
            house.commit(marks)  // ... or between the commit and the grant.
            return crash()
          case 2: return house.admission.declined(marks)
          case 3..<8: return inFlight.append(marks)  // Answered later; the agent does not wait for it.
          default:
            inFlight.append(marks)
            land()
          }
        }
      }
    }

    private mutating func finish() {
      guard let index = open.indices.randomElement(using: &random) else { return }
      let (call, user) = open.remove(at: index)
      guard Int.random(in: 0..<8, using: &random) > 0 else { return house.release(call) }
      let input = Int64.random(in: 0...call.input, using: &random)
      let output = Bool.random(using: &random) ? call.output : .random(in: 0...call.output, using: &random)
      bill(call, user, input, output)
      house.settle(call, input, output)
    }

    /// The provider of a killed call has billed the worst.
    private mutating func crash() {
      for (call, user) in open { bill(call, user, call.input, call.output) }
      house.crash(open: open.map(\.call))
      open = []
      inFlight = []
    }

    private mutating func stop() {
      while !open.isEmpty { finish() }
      land()
      house.stopOrderly()
    }

    private mutating func bill(_ call: Call, _ user: String, _ input: Int64, _ output: Int64) {
      let at = Int64.random(in: call.reservedAt.milliseconds...house.now.milliseconds, using: &random)
      bills.add("cap", at: at, units: input + output)
      bills.add("each \(user)", at: at, units: output)
      bills.add("rate", at: at, units: input + output)
      bills.add("calls \(user)", at: at, units: 1)
    }
  }

  @Test(arguments: 0..<60)
  func noBudgetIsEverOverspent(seed: Int) {
    var life = Life(seed: UInt64(seed))
    life.live(steps: 1500)
    for meter in life.bills.meters {
      for rule in life.house.rules where meter.hasPrefix(rule.name.text) {
        #expect(life.bills.overspent(meter, rule) <= 0, "seed \(seed): \(meter)")
      }
    }
    #expect(life.admitted > 0, "seed \(seed)")
  }

  @Test(arguments: 100..<110)
  func nothingStaysHeldWhenEveryCallHasEndedAndTimeHasPassed(seed: Int) throws {
    var life = Life(seed: UInt64(seed))
    life.live(steps: 800)
    for (call, _) in life.open { life.house.release(call) }
    life.house.now.milliseconds += 70 * 86_400_000
    let readings = life.house.admission.readings(at: life.house.now)
    #expect(readings.allSatisfy { $0.reserved == 0 && $0.used == 0 })
    let least = Int(life.house.rules.map { $0.unit == .requests ? .max : $0.terms.capacity }.min() ?? 0)
    life.house.release(try #require(life.house.reserve(0, least).call))
  }

  @Test func aCapIsUsedNearlyWhollyByCallsThatAskForFarMoreThanTheyNeed() throws {
    let house = House([.window(1_000_000)])
    var random = Seeded(9)
    var open: [Call] = []
    var spent: Int64 = 0
    for _ in 0..<20_000 {
      if open.count < 32, let call = house.reserve(500, 64_000, floor: 256).call {
        open.append(call)
      } else if let index = open.indices.randomElement(using: &random) {
        let call = open.remove(at: index)
        let output = Int64.random(in: 0...min(call.output, 2000), using: &random)
        spent += 500 + output
        house.settle(call, 500, output)
      }
    }
    for call in open { house.release(call) }
    #expect(spent <= 1_000_000)
    #expect(spent >= 950_000)
  }
}

extension BudgetRule {
  fileprivate var terms: BudgetTerms { BudgetTerms(self) }
}
