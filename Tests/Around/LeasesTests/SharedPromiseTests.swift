// The promise between sidecars, under random lives: whatever messages are lost, repeated and overtaken, whoever is
// killed, frozen and restarted, no budget is spent beyond its limit, whenever the provider bills.
import Admission
import Exchange
import Meters
import TestSupport
import Testing

@testable import Leases

@Suite struct SharedPromiseTests {
  private struct Life: ~Copyable {
    var random: Seeded
    let rules: [BudgetRule]
    var desk: LeaseDesk
    var disk = Disk()
    var now = WallTime(milliseconds: 1_772_359_200_000)
    var sidecars: [Sidecar] = []
    var users: [ObjectIdentifier: String] = [:]
    /// Sidecars that do not run, and for how many milliseconds.
    var frozen: [HolderName: Int64] = [:]
    var bills = Bills()
    var born = 0
    var admitted = 0
    var killed = 0

    enum Message {
      case wishes([LeaseWish], Sidecar)
      case grants([LeaseGrant], [LeaseWish], Sidecar)
      case recalls([MeterName], Sidecar)
    }
    var network: [Message] = []

    init(seed: UInt64) {
      var random = Seeded(seed)
      let user = BudgetRule.Dimension.header("x-user-id")
      rules = [
        BudgetRule(
          name: .init("cap"), unit: .totalTokens, limit: .random(in: 500...20_000, using: &random),
          shape: .calendarWindow(.init(Bool.random(using: &random) ? .hour : .day))),
        BudgetRule(
          name: .init("each"), unit: .outputTokens, limit: .random(in: 500...5000, using: &random),
          shape: .calendarWindow(.init(.hour)), per: [user]),
        BudgetRule(
          name: .init("rate"), unit: .totalTokens, limit: .random(in: 500...9000, using: &random),
          shape: .tokenBucket(.minute, burst: .random(in: 500...9000, using: &random))),
        BudgetRule(
          name: .init("calls"), unit: .requests, limit: .random(in: 1...9, using: &random),
          shape: .tokenBucket(.second, burst: 7), per: [user]),
      ]
      self.random = random
      desk = LeaseDesk(rules: rules)
      for _ in 0..<Int.random(in: 1...4, using: &self.random) { start() }
    }

    mutating func start() {
      born += 1
      sidecars.append(Sidecar("s\(born)", rules: rules))
    }

    var running: [Sidecar] { sidecars.filter { frozen[$0.name] == nil } }

    mutating func live(steps: Int) {
      for _ in 0..<steps {
        switch Int.random(in: 0..<200, using: &random) {
        case 0..<70: ask()
        case 70..<110: finish()
        case 110..<165: deliver()
        case 165..<185: pass(.random(in: 0...3000, using: &random))
        case 185..<190: pass(.random(in: 0...90_000, using: &random))
        case 190: toEndOfHour()
        case 191: now.milliseconds += .random(in: 0...8_000_000, using: &random)  // The clock is set.
        case 192: restartDesk()
        case 193: if running.count > 1 { kill() }
        case 194: leave()
        case 195: if sidecars.count < 5 { start() }
        case 196: freeze()
        case 197: thaw()
        default: reconnect()
        }
      }
    }

    // MARK: Sidecars

    mutating func ask() {
      guard let sidecar = running.randomElement(using: &random) else { return }
      let user = ["alice", "bob", ""].randomElement(using: &random)!
      let floor: Int64? = Bool.random(using: &random) ? 64 : nil
      let output = Int64.random(in: 0...1500, using: &random)
      // Now and then the answer comes late, or never.
      for _ in 0..<Int.random(in: 1...5, using: &random) {
        switch sidecar.reserve(output, floor: floor, user: user, at: now) {
        case .admitted(let call):
          admitted += 1
          users[ObjectIdentifier(call)] = user
          return
        case .needsCredit(let wishes):
          send(wishes, sidecar)
          guard Int.random(in: 0..<4, using: &random) > 0 else { return }
          deliver(network.count - 1)
          if !network.isEmpty { deliver(network.count - 1) }
        case .refused: return
        case .recalled: while !network.isEmpty { deliver(network.count - 1) }
        }
      }
      let ahead = sidecar.admission.creditWanted(at: now)
      if !ahead.isEmpty { send(ahead, sidecar) }
    }

    mutating func finish() {
      guard let sidecar = running.randomElement(using: &random), let call = sidecar.calls.randomElement(using: &random)
      else { return }
      let output = Bool.random(using: &random) ? call.output : .random(in: 0...call.output, using: &random)
      bill(call, output)
      sidecar.settle(call, output, at: now)
    }

    mutating func bill(_ call: OpenCall, _ output: Int64) {
      let user = users.removeValue(forKey: ObjectIdentifier(call)) ?? ""
      let at = Int64.random(in: call.reservedAt...now.milliseconds, using: &random)
      bills.add("cap", at: at, units: output)
      bills.add("each \(user)", at: at, units: output)
      bills.add("rate", at: at, units: output)
      bills.add("calls \(user)", at: at, units: 1)
    }

    /// kill -9: its provider has billed the worst.
    mutating func kill() {
      let sidecar = running.randomElement(using: &random)!
      killed += 1
      for call in sidecar.calls { bill(call, call.output) }
      sidecars.removeAll { $0 === sidecar }
    }

    /// An orderly end, and its last words may be lost.
    mutating func leave() {
      guard running.count > 1, let sidecar = running.randomElement(using: &random) else { return }
      for call in sidecar.calls {
        bill(call, call.output)
        sidecar.settle(call, call.output, at: now)
      }
      send(sidecar.admission.farewell(at: now), sidecar)
      sidecars.removeAll { $0 === sidecar }
    }

    mutating func freeze() {
      guard running.count > 1, let sidecar = running.randomElement(using: &random) else { return }
      send(sidecar.admission.idleWishes(at: now), sidecar)
      frozen[sidecar.name] = 0
    }

    mutating func thaw() {
      if let name = frozen.keys.sorted(by: { $0.text < $1.text }).first { frozen[name] = nil }
    }

    // MARK: The network and the desk

    mutating func send(_ wishes: [LeaseWish], _ sidecar: Sidecar) {
      network.append(.wishes(wishes, sidecar))
    }

    mutating func deliver() {
      if let index = network.indices.randomElement(using: &random) { deliver(index) }
    }

    mutating func deliver(_ index: Int) {
      let message = network[index]
      // Some messages stay, to come a second time, some never come.
      if Int.random(in: 0..<6, using: &random) > 0 || network.count > 50 { network.remove(at: index) }
      if Int.random(in: 0..<10, using: &random) == 0 { return }
      switch message {
      case .wishes(let wishes, let sidecar):
        let answer = desk.lease(wishes, of: sidecar.name, at: now)
        if Int.random(in: 0..<40, using: &random) == 0 { return restartDesk() }
        disk.write(answer.records)
        network.append(.grants(answer.grants, wishes, sidecar))
        for recall in answer.recalls {
          if let holder = sidecars.first(where: { $0.name == recall.holder }) {
            network.append(.recalls([recall.meter], holder))
          }
        }
      case .grants(let grants, let wishes, let sidecar):
        guard frozen[sidecar.name] == nil else { return }
        if Int.random(in: 0..<20, using: &random) == 0 { return sidecar.admission.declined(wishes) }
        sidecar.admission.granted(grants, for: wishes, at: now)
      case .recalls(let meters, let sidecar):
        guard frozen[sidecar.name] == nil else { return }
        send(sidecar.admission.recall(meters, at: now), sidecar)
      }
    }

    mutating func restartDesk() {
      desk = LeaseDesk(rules: rules)
      desk.restore(disk.records, at: now)
    }

    mutating func reconnect() {
      guard let sidecar = running.randomElement(using: &random) else { return }
      send(sidecar.admission.outstandingWishes(at: now), sidecar)
    }

    /// Time passes, second by second: those that run are heard by the desk, whatever else gets lost.
    mutating func pass(_ ms: Int64) {
      var left = ms
      while left > 0 {
        let step = min(left, 1000)
        left -= step
        now.milliseconds += step
        for sidecar in running {
          _ = desk.lease([], of: sidecar.name, at: now)
          let wishes = sidecar.admission.idleWishes(at: now)
          if !wishes.isEmpty { send(wishes, sidecar) }
        }
        disk.write(desk.expire(at: now))
        for (name, duration) in frozen { frozen[name] = duration + step > 250_000 ? nil : duration + step }
      }
    }

    mutating func toEndOfHour() {
      let end = CalendarWindow(.hour).bounds(containing: now).end.milliseconds
      pass(min(20_000, end - now.milliseconds))
      now.milliseconds = max(now.milliseconds, end - .random(in: 0...3, using: &random))
    }

    /// Everybody finishes, all messages arrive, and a day goes by.
    mutating func settleDown() {
      frozen = [:]
      for sidecar in sidecars {
        for call in sidecar.calls { sidecar.settle(call, 0, at: now) }
        send(sidecar.admission.farewell(at: now), sidecar)
      }
      for _ in 0..<3 {
        let messages = network
        network = []
        for message in messages {
          if case .wishes(let wishes, let sidecar) = message {
            let answer = desk.lease(wishes, of: sidecar.name, at: now)
            disk.write(answer.records)
            sidecar.admission.granted(answer.grants, for: wishes, at: now)
          }
        }
        for sidecar in sidecars { send(sidecar.admission.farewell(at: now), sidecar) }
      }
      for _ in 0..<2000 {
        now.milliseconds += 1000
        disk.write(desk.expire(at: now))
      }
      now.milliseconds += 2 * 86_400_000
    }
  }

  @Test(arguments: 0..<40)
  func noSharedBudgetIsEverOverspent(seed: Int) {
    var life = Life(seed: UInt64(seed))
    life.live(steps: 2000)
    for meter in life.bills.meters {
      for rule in life.rules where meter.hasPrefix(rule.name.text) {
        let overspent = life.bills.overspent(meter, rule)
        #expect(overspent <= 0, "seed \(seed): \(meter)")
      }
    }
    let admitted = life.admitted
    #expect(admitted > 5, "seed \(seed)")
    for sidecar in life.sidecars { sidecar.kill() }
  }

  @Test(arguments: 100..<110)
  func nothingStaysHeldWhenEverybodyHasLeft(seed: Int) {
    var life = Life(seed: UInt64(seed))
    life.live(steps: 1500)
    life.settleDown()
    let readings = life.desk.readings(at: life.now)
    #expect(readings.allSatisfy { $0.used == 0 && $0.reserved == 0 }, "seed \(seed): \(readings)")
    let disk = life.disk
    #expect(disk.isEmpty, "seed \(seed)")
  }
}
