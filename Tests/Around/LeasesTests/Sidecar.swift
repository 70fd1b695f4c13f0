// Sidecar: admission that spends an authority's credit, with calls that a test can keep in a list.
import Admission
import Exchange
import Meters

/// A reservation in a box, since arrays cannot hold it.
final class OpenCall {
  private var reservation: Reservation?
  let output: Int64
  let reservedAt: Int64

  init(_ reservation: consuming Reservation, at now: WallTime) {
    output = reservation.output.value
    reservedAt = now.milliseconds
    self.reservation = consume reservation
  }

  func take() -> Reservation? { reservation.take() }
}

enum Outcome {
  case admitted(OpenCall)
  case refused(Refusal)
  case needsCredit([LeaseWish])
  case recalled(Refusal)
}

final class Sidecar {
  let name: HolderName
  var admission: Admission
  private(set) var calls: [OpenCall] = []

  init(_ name: String, rules: [BudgetRule]) {
    self.name = HolderName(name)
    admission = Admission(rules: rules, funding: .shared)
  }

  deinit { kill() }

  /// Only because a reservation that is dropped traps.
  func kill() {
    for call in calls {
      if let reservation = call.take() { admission.release(reservation, at: WallTime(milliseconds: 0)) }
    }
    calls = []
  }

  func reserve(_ output: Int64, floor: Int64? = nil, user: String = "", at now: WallTime) -> Outcome {
    let ask = Ask(input: .zero, output: TokenCount(output), outputFloor: floor.map { TokenCount($0) })
    switch admission.reserve(ask, at: now, value: { _ in user }) {
    case .admitted(let reservation):
      let call = OpenCall(reservation, at: now)
      calls.append(call)
      return .admitted(call)
    case .refused(let refusal): return .refused(refusal)
    case .needsCredit(let wishes): return .needsCredit(wishes)
    case .recalled(let refusal, _): return .recalled(refusal)
    case .needsLease: preconditionFailure("shared budgets are not paid from the own ledger")
    case .needsMarks: preconditionFailure("shared budgets are not paid from the own ledger")
    case .waits(let wait): return .refused(wait.refusal)
    }
  }

  func settle(_ call: OpenCall, _ output: Int64, at now: WallTime) {
    calls.removeAll { $0 === call }
    guard let reservation = call.take() else { return }
    admission.settle(reservation, usage: Usage(input: .zero, output: TokenCount(output)), at: now)
  }
}
