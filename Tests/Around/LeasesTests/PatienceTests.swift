// What is left of a budget can be spent, by whoever asks, as long as credit that lies idle elsewhere is waited for.
import Admission
import Exchange
import Meters
import TestSupport
import Testing

@testable import Leases

@Suite struct PatienceTests {
  /// Sidecars of one desk, with a network that loses nothing.
  private struct Node: ~Copyable {
    let rules: [BudgetRule]
    var desk: LeaseDesk
    var sidecars: [Sidecar] = []
    var now = WallTime(milliseconds: 1_772_359_200_000)
    var trips = 0
    var answeredAhead = 0

    init(_ rules: [BudgetRule], sidecars count: Int) {
      self.rules = rules
      desk = LeaseDesk(rules: rules)
      for number in 0..<count { sidecars.append(Sidecar("s\(number)", rules: rules)) }
    }

    mutating func send(_ wishes: [LeaseWish], of sidecar: Sidecar) {
      let answer = desk.lease(wishes, of: sidecar.name, at: now)
      sidecar.admission.granted(answer.grants, for: wishes, at: now)
      for recall in answer.recalls {
        guard let holder = sidecars.first(where: { $0.name == recall.holder }) else { continue }
        let given = holder.admission.recall([recall.meter], at: now)
        if !given.isEmpty { send(given, of: holder) }
      }
    }

    /// Asks until there is an answer, waiting for recalled credit up to a second.
    mutating func reserve(_ output: Int64, floor: Int64? = nil, on sidecar: Sidecar) -> Outcome {
      var outcome = Outcome.needsCredit([])
      for _ in 0..<50 {
        outcome = sidecar.reserve(output, floor: floor, at: now)
        switch outcome {
        case .needsCredit(let wishes):
          trips += 1
          send(wishes, of: sidecar)
        case .recalled: now.milliseconds += 20
        case .admitted, .refused: return outcome
        }
      }
      return outcome
    }

    mutating func lookAhead(_ sidecar: Sidecar) {
      guard sidecar.admission.wantsLeases else { return }
      let wishes = sidecar.admission.creditWanted(at: now)
      if wishes.isEmpty { return }
      answeredAhead += 1
      send(wishes, of: sidecar)
    }

    mutating func pass(seconds: Int) {
      for _ in 0..<seconds {
        now.milliseconds += 1000
        for sidecar in sidecars { send(sidecar.admission.idleWishes(at: now), of: sidecar) }
        _ = desk.expire(at: now)
      }
    }
  }

  private static func cap(_ limit: Int64) -> BudgetRule {
    BudgetRule(name: .init("cap"), unit: .totalTokens, limit: limit, shape: .calendarWindow(.init(.day)))
  }

  @Test(arguments: [1, 2, 8, 32])
  func theWholeLimitIsSpentWhoeverAsks(count: Int) {
    var random = Seeded(UInt64(count))
    var node = Node([Self.cap(100_000)], sidecars: count)
    var spent: Int64 = 0
    var refused = 0
    while refused < 20 {
      let sidecar = node.sidecars.randomElement(using: &random)!
      switch node.reserve(500, on: sidecar) {
      case .admitted(let call):
        let output = Int64.random(in: 1...500, using: &random)
        sidecar.settle(call, output, at: node.now)
        spent += output
        node.lookAhead(sidecar)
      case .refused, .recalled: refused += 1
      case .needsCredit: Issue.record("the authority answers, so there is an end to asking")
      }
      node.now.milliseconds += .random(in: 0...60, using: &random)
    }
    #expect(spent <= 100_000)
    #expect(spent > 100_000 - 500)
  }

  @Test func creditThatLiesIdleElsewhereIsWaitedFor() {
    var node = Node([Self.cap(1000)], sidecars: 2)
    let (rich, poor) = (node.sidecars[0], node.sidecars[1])
    guard case .admitted(let call) = node.reserve(900, on: rich) else { return #expect(Bool(false)) }
    rich.settle(call, 100, at: node.now)
    node.now.milliseconds += 100
    guard case .admitted(let other) = node.reserve(900, on: poor) else { return #expect(Bool(false)) }
    poor.settle(other, 900, at: node.now)
    node.now.milliseconds += 100
    guard case .refused(let refusal) = node.reserve(1, on: rich) else { return #expect(Bool(false)) }
    #expect(refusal.cause == .spent)
    #expect(refusal.used == 1000)
  }

  @Test func anIdleKeyGivesItsCreditBackAndIsForgottenOnBothSides() {
    var node = Node([Self.cap(1000)], sidecars: 1)
    let sidecar = node.sidecars[0]
    guard case .admitted(let call) = node.reserve(400, on: sidecar) else { return #expect(Bool(false)) }
    sidecar.settle(call, 100, at: node.now)
    node.pass(seconds: 2)
    let reported = node.desk.readings(at: node.now)[0]
    #expect(reported.used == 100 && reported.reserved > 0)
    node.pass(seconds: 12)
    let idle = node.desk.readings(at: node.now)[0]
    #expect(idle.used == 100 && idle.reserved == 0)
    let open = sidecar.admission.outstandingWishes(at: node.now)
    #expect(open.isEmpty)
    guard case .admitted(let next) = node.reserve(900, on: sidecar) else { return #expect(Bool(false)) }
    sidecar.settle(next, 900, at: node.now)
    node.pass(seconds: 2)
    let after = node.desk.readings(at: node.now)[0]
    #expect(after.used == 1000)
  }

  @Test func creditWhoseGrantGotLostIsGivenBack() {
    var node = Node([Self.cap(1000)], sidecars: 1)
    let sidecar = node.sidecars[0]
    guard case .needsCredit(let wishes) = sidecar.reserve(400, at: node.now) else { return #expect(Bool(false)) }
    _ = node.desk.lease(wishes, of: sidecar.name, at: node.now)
    sidecar.admission.declined(wishes)
    node.send(sidecar.admission.outstandingWishes(at: node.now), of: sidecar)
    node.pass(seconds: 12)
    let reading = node.desk.readings(at: node.now)[0]
    #expect(reading.used == 0 && reading.reserved == 0)
  }

  @Test func refillsAreAskedForAheadOfNeedSoThatNoCallWaits() {
    var node = Node([Self.cap(100_000_000)], sidecars: 2)
    for turn in 0..<20_000 {
      let sidecar = node.sidecars[turn % 2]
      guard case .admitted(let call) = node.reserve(1000, on: sidecar) else { return #expect(Bool(false)) }
      node.lookAhead(sidecar)
      sidecar.settle(call, 800, at: node.now)
      node.now.milliseconds += 1
    }
    let (trips, ahead) = (node.trips, node.answeredAhead)
    #expect(trips == 2)
    #expect(ahead < 100)
  }

  @Test func agentsThatAskForFarMoreThanTheyNeedDoNotLockTheOthersOut() {
    var node = Node([Self.cap(1_000_000)], sidecars: 4)
    var random = Seeded(7)
    var open: [(Sidecar, OpenCall)] = []
    var spent: Int64 = 0
    for _ in 0..<20_000 {
      node.now.milliseconds += 5
      let sidecar = node.sidecars.randomElement(using: &random)!
      if open.count < 32, case .admitted(let call) = node.reserve(64_000, floor: 256, on: sidecar) {
        open.append((sidecar, call))
      } else if let index = open.indices.randomElement(using: &random) {
        let (sidecar, call) = open.remove(at: index)
        let output = Int64.random(in: 0...min(call.output, 2000), using: &random)
        spent += output
        sidecar.settle(call, output, at: node.now)
      }
    }
    #expect(spent <= 1_000_000)
    #expect(spent >= 950_000)
  }
}
