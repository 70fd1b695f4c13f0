// House: admission with a ledger in memory, a clock that is set by hand, and calls that tests can keep in a list.
import Exchange
import Meters

@testable import Admission

/// A reservation in a box, since arrays cannot hold it.
final class Call {
  private var reservation: Reservation?
  let input: Int64
  let output: Int64
  let fitted: Int64?
  let reservedAt: WallTime

  init(_ reservation: consuming Reservation, at now: WallTime) {
    input = reservation.input.value
    output = reservation.output.value
    fitted = reservation.fittedOutput?.value
    reservedAt = now
    self.reservation = consume reservation
  }

  /// Output that is held now, for a call that has grown.
  var held: Int64 {
    switch reservation {
    case .some(let reservation): reservation.output.value
    case .none: 0
    }
  }

  func take() -> Reservation { reservation.take()! }
  func put(_ changed: consuming Reservation) { reservation = consume changed }

  var isOpen: Bool {
    switch reservation {
    case .some: true
    case .none: false
    }
  }
}

enum Answer {
  case admitted(Call)
  case refused(Refusal)
  case needsLease([MeterMark])
  case waits(Wait)
  case needsMarks([MeterName])
  case other

  var call: Call? { if case .admitted(let call) = self { call } else { nil } }
  var refusal: Refusal? { if case .refused(let refusal) = self { refusal } else { nil } }
  var wait: Wait? { if case .waits(let wait) = self { wait } else { nil } }
  var marks: [MeterMark]? { if case .needsLease(let marks) = self { marks } else { nil } }
}

final class House {
  var admission: Admission
  let rules: [BudgetRule]
  var now: WallTime
  /// What is on disk, by meter.
  private(set) var disk: [[String]: MeterMark] = [:]
  private(set) var commits = 0
  private(set) var lookUps = 0
  /// What calls cost on budgets of the unit `cost`.
  var cost: Ask.CostBound = { _, _, _ in nil }
  /// Every call ever admitted: a test that fails in the middle must not drop a reservation, which would trap.
  private var admitted: [Call] = []

  /// 2026-03-01T10:00:00Z, a Sunday.
  init(_ rules: [BudgetRule], at now: WallTime = WallTime(milliseconds: 1_772_359_200_000)) {
    self.rules = rules
    self.now = now
    admission = Admission(rules: rules)
  }

  deinit {
    for call in admitted where call.isOpen { release(call) }
  }

  /// One `reserve`, leases left to the caller.
  func tryOnce(
    _ ask: Ask, user: String? = nil, model: String = "gpt-4o", ticket: QueueTicket? = nil
  ) -> Answer {
    let verdict = admission.reserve(ask, ticket: ticket, at: now, cost: cost) { dimension in
      switch dimension {
      case .model: model
      case .header("x-user-id"): user
      default: nil
      }
    }
    switch consume verdict {
    case .admitted(let reservation):
      let call = Call(reservation, at: now)
      admitted.append(call)
      return .admitted(call)
    case .refused(let refusal): return .refused(refusal)
    case .needsLease(let marks): return .needsLease(marks)
    case .needsCredit: return .other
    case .recalled: return .other
    case .waits(let wait): return .waits(wait)
    case .needsMarks(let meters): return .needsMarks(meters)
    }
  }

  func tryOnce(_ input: Int, _ output: Int, floor: Int? = nil, user: String? = nil, model: String = "gpt-4o") -> Answer
  {
    tryOnce(.tokens(input, output, floor: floor), user: user, model: model)
  }

  /// Reserves, committing leases and reading marks until there is an answer.
  func reserve(
    _ ask: Ask, user: String? = nil, model: String = "gpt-4o", ticket: QueueTicket? = nil
  ) -> Answer {
    for _ in 0..<4 {
      let answer = tryOnce(ask, user: user, model: model, ticket: ticket)
      switch answer {
      case .needsLease(let marks):
        commit(marks)
        admission.granted(marks)
      case .needsMarks(let meters):
        lookUps += 1
        admission.recollect(
          meters.compactMap { disk[[$0.budget.text, $0.measure, $0.key]] }, of: meters, at: now)
      case .admitted, .refused, .waits, .other: return answer
      }
    }
    preconditionFailure("a lease that was granted does not cover what it was asked for")
  }

  func reserve(_ input: Int, _ output: Int, floor: Int? = nil, user: String? = nil, model: String = "gpt-4o") -> Answer
  {
    reserve(.tokens(input, output, floor: floor), user: user, model: model)
  }

  func commit(_ marks: [MeterMark]) {
    commits += 1
    for mark in marks {
      let gone = mark.used == 0 && !mark.isLease
      disk[[mark.budget.text, mark.measure, mark.key]] = gone ? nil : mark
    }
  }

  func settle(_ call: Call, _ input: Int64?, _ output: Int64?) {
    let usage = Usage(input: input.map { TokenCount($0) }, output: output.map { TokenCount($0) })
    admission.settle(call.take(), usage: usage, at: now)
  }

  func grow(_ call: Call, by tokens: Int64) -> Int64 {
    var reservation = call.take()
    let grown = admission.grow(&reservation, by: TokenCount(tokens), at: now, cost: cost)
    call.put(reservation)
    return grown.value
  }

  func release(_ call: Call) { admission.release(call.take(), at: now) }

  func tick() {
    let marks = admission.leasesWanted(at: now)
    guard !marks.isEmpty else { return }
    commit(marks)
    admission.granted(marks)
  }

  /// kill -9: nothing is left but the disk. Open calls are closed first only because a dropped one traps.
  func crash(open calls: [Call]) {
    for call in calls { release(call) }
    restart()
  }

  func stopOrderly() {
    commit(admission.marks(at: now))
    restart()
  }

  private func restart() {
    admitted = []
    admission = Admission(rules: rules)
    admission.restore(marks: Array(disk.values), at: now)
  }

  func used(_ budget: String, user: String? = nil) -> Int64 {
    admission.readings(at: now, keysPerBudgetMax: .max)
      .first { $0.budget.text == budget && (user == nil || $0.scope.last?.text == user) }?.used ?? -1
  }
}

extension Ask {
  static func tokens(_ input: Int, _ output: Int, floor: Int? = nil, price: WorstPrice? = nil) -> Ask {
    Ask(
      input: TokenCount(input), output: TokenCount(output), outputFloor: floor.map { TokenCount($0) }, price: price)
  }
}

extension BudgetRule {
  static func window(
    _ limit: Int64, name: String = "cap", _ unit: Unit = .totalTokens, _ span: CalendarWindow.Span = .day,
    per: [Dimension] = [], match: [Selector] = []
  ) -> BudgetRule {
    .init(name: .init(name), unit: unit, limit: limit, shape: .calendarWindow(.init(span)), per: per, match: match)
  }

  static func bucket(
    _ limit: Int64, name: String = "rate", _ unit: Unit = .totalTokens, _ period: Period = .minute, burst: Int64,
    per: [Dimension] = [], match: [Selector] = []
  ) -> BudgetRule {
    .init(
      name: .init(name), unit: unit, limit: limit, shape: .tokenBucket(period, burst: burst), per: per, match: match)
  }
}
