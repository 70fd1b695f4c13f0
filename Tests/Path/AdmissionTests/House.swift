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

  func take() -> Reservation { reservation.take()! }

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
  case other

  var call: Call? { if case .admitted(let call) = self { call } else { nil } }
  var refusal: Refusal? { if case .refused(let refusal) = self { refusal } else { nil } }
  var marks: [MeterMark]? { if case .needsLease(let marks) = self { marks } else { nil } }
}

final class House {
  var admission: Admission
  let rules: [BudgetRule]
  var now: WallTime
  /// What is on disk, by meter.
  private(set) var disk: [[String]: MeterMark] = [:]
  private(set) var commits = 0
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
  func tryOnce(_ input: Int, _ output: Int, floor: Int? = nil, user: String? = nil, model: String = "gpt-4o") -> Answer
  {
    let ask = Ask(input: TokenCount(input), output: TokenCount(output), outputFloor: floor.map { TokenCount($0) })
    let verdict = admission.reserve(ask, at: now) { dimension in
      switch dimension {
      case .model: model
      case .header("x-user-id"): user
      case .header: nil
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
    }
  }

  /// Reserves, committing leases until there is an answer.
  func reserve(_ input: Int, _ output: Int, floor: Int? = nil, user: String? = nil, model: String = "gpt-4o") -> Answer
  {
    for _ in 0..<3 {
      let answer = tryOnce(input, output, floor: floor, user: user, model: model)
      guard let marks = answer.marks else { return answer }
      commit(marks)
      admission.granted(marks)
    }
    preconditionFailure("a lease that was granted does not cover what it was asked for")
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
      .first { $0.budget.text == budget && (user == nil || $0.scope.last?.value == user) }?.used ?? -1
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
