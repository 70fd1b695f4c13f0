// Roster: which sidecars there are, what each serves and how it is doing.

import Control
import Exchange
import JSON

/// A pure value: connections come, go and report; time is passed in. Sidecars that have gone stay on it for a while, so
/// that people see them go.
struct Roster {
  /// Tells a sidecar's connection from its next one.
  struct Visit: Hashable, Sendable {
    fileprivate let number: Int
  }

  private struct Member {
    var identity: SidecarIdentity
    var visit: Visit
    var pid: Int64
    var uid: Int64
    var connectedAt: WallTime
    var goneAt: WallTime?
    /// What it serves, as far as it has said.
    var generation = Generation.none
    /// The newest generation it would not serve, and why.
    var refused: (generation: Generation, diagnostics: [ControlError.Diagnostic])?
    var status: SidecarStatus?
  }

  private var members: [HolderName: Member] = [:]
  private var visits = 0

  // MARK: events

  /// A sidecar has connected; its earlier connection, if one is still open, counts no more.
  mutating func joined(_ identity: SidecarIdentity, pid: Int64, uid: Int64, at now: WallTime) -> Visit {
    visits += 1
    let visit = Visit(number: visits)
    var member =
      members[identity.holder]
      ?? Member(identity: identity, visit: visit, pid: pid, uid: uid, connectedAt: now)
    member.identity = identity
    (member.visit, member.pid, member.uid) = (visit, pid, uid)
    (member.connectedAt, member.goneAt) = (now, nil)
    members[identity.holder] = member
    forget(at: now)
    assert(members[identity.holder]?.visit == visit, "a sidecar that has just connected is forgotten")
    return visit
  }

  /// The connection has ended. False when it was not the newest one of its sidecar.
  @discardableResult
  mutating func left(_ holder: HolderName, _ visit: Visit, at now: WallTime) -> Bool {
    guard members[holder]?.visit == visit else { return false }
    assert(members[holder]!.goneAt == nil, "visit \(visit) ends twice")
    members[holder]!.goneAt = now
    forget(at: now)
    return true
  }

  /// False when nobody of that name is connected.
  mutating func acknowledged(
    _ holder: HolderName, _ generation: Generation, applied: Bool, diagnostics: [ControlError.Diagnostic]
  ) -> Bool {
    guard var member = members[holder], member.goneAt == nil else { return false }
    if applied {
      member.generation = generation
      if let refused = member.refused, refused.generation <= generation { member.refused = nil }
    } else {
      member.refused = (generation, Array(diagnostics.prefix(Limits.diagnosticsMax)))
    }
    members[holder] = member
    return true
  }

  mutating func reported(_ holder: HolderName, _ status: SidecarStatus) {
    members[holder]?.status = status
  }

  // MARK: reading

  /// Whether a process of user `uid` may speak for `holder`: nobody speaks for the sidecar of another user.
  func admits(_ holder: HolderName, uid: Int64) -> Bool { members[holder].map { $0.uid == uid } ?? true }

  func identity(of holder: HolderName) -> SidecarIdentity? { members[holder]?.identity }

  var connected: [HolderName] { members.filter { $0.value.goneAt == nil }.map(\.key) }

  /// How `holder` took `generation`, or a later one in its place; nil while it has not said.
  func acknowledgement(of holder: HolderName, _ generation: Generation) -> Acknowledgement? {
    guard let member = members[holder] else { return nil }
    let name = member.identity.name
    if member.generation >= generation { return Acknowledgement(sidecar: name, state: .applied) }
    if let refused = member.refused, refused.generation >= generation {
      return Acknowledgement(sidecar: name, state: .refused, diagnostics: refused.diagnostics)
    }
    return member.goneAt == nil ? nil : Acknowledgement(sidecar: name, state: .pending)
  }

  /// By name; those that have gone last.
  func accounts(newest: Generation) -> [SidecarAccount] {
    members.values.map { member in
      let state: SidecarAccount.State =
        if member.goneAt != nil {
          .gone
        } else if member.generation == newest {
          .current
        } else if let refused = member.refused, refused.generation == newest {
          .refused
        } else { .behind }
      return SidecarAccount(
        identity: member.identity, pid: member.pid, uid: member.uid, generation: member.generation, state: state,
        connectedAt: member.connectedAt, calls: member.status?.calls ?? 0,
        openCalls: member.goneAt == nil ? member.status?.openCalls ?? 0 : 0,
        residentBytes: member.goneAt == nil ? member.status?.residentBytes ?? 0 : 0)
    }.sorted {
      ($0.state == .gone ? 1 : 0, $0.identity.name, $0.identity.holder.text)
        < ($1.state == .gone ? 1 : 0, $1.identity.name, $1.identity.holder.text)
    }
  }

  /// What the connected sidecars say of each backend, added up; the worst circuit counts.
  func backends() -> [BackendName: SidecarStatus.Backend] {
    var sums: [BackendName: SidecarStatus.Backend] = [:]
    for member in members.values where member.goneAt == nil {
      for backend in member.status?.backends ?? [] {
        guard var sum = sums[backend.name] else {
          sums[backend.name] = backend
          continue
        }
        sum.calls = saturatingSum(sum.calls, backend.calls)
        sum.failures = saturatingSum(sum.failures, backend.failures)
        sum.circuit = max(sum.circuit, backend.circuit)
        sums[backend.name] = sum
      }
    }
    return sums
  }

  private mutating func forget(at now: WallTime) {
    let gone = members.values.compactMap { member in member.goneAt.map { (at: $0, member.identity.holder) } }
      .sorted { $0.at < $1.at }
    for (index, (at, holder)) in gone.enumerated() {
      let isOld = now.milliseconds - at.milliseconds > Limits.goneShownMs
      if isOld || gone.count - index > Limits.goneShownMax { members[holder] = nil }
    }
    assert(members.values.count { $0.goneAt != nil } <= Limits.goneShownMax, "more are shown as gone than may be")
  }
}
