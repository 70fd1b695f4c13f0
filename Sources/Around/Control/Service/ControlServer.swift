// ControlServer: the control socket: who comes in, who is in, and how all are sent away.

import Reactor

/// Listens on a Unix socket and serves every client in a session of its own, at most
/// `ControlLimits.connectionsMax` at once.
@EventLoop
public final class ControlServer {
  private let service: ControlService
  /// Who may call what. A change counts from the next call on, on open connections too.
  public var access: ControlAccess
  var times = SessionTimes()
  private let dropped: @EventLoop (PeerCredentials, String) -> Void
  private var listener: StreamListener?
  private(set) var sessions: [ObjectIdentifier: ControlSession] = [:]
  private let empty = Waiter()

  /// Listens at `address`, a path, whose file gets the mode and owner of `file`; its folder is made if there is none.
  /// An abandoned socket is replaced; one that another process listens on is not. `dropped` is told, for the log, who
  /// was disconnected and why.
  public init(
    on address: SocketAddress, file: SocketAccess = SocketAccess(), access: ControlAccess = ControlAccess(),
    service: ControlService, dropped: @escaping @EventLoop (PeerCredentials, String) -> Void = { _, _ in }
  ) throws(ReactorError) {
    precondition(address.kind == .path, "the control socket is a path, not \(address)")
    self.service = service
    self.access = access
    self.dropped = dropped
    listener = try StreamListener(on: address, access: file) { [unowned self] in accepted($0) }
  }

  private func accepted(_ stream: ByteStream) {
    guard listener != nil, let caller = stream.peerCredentials else { return stream.close() }
    if sessions.count >= ControlLimits.connectionsMax {
      dropped(caller, "\(ControlLimits.connectionsMax) clients are connected already")
      return stream.close()
    }
    let session = ControlSession(stream, of: caller, service: service, times: times) { [unowned self] in access }
    assert(sessions[ObjectIdentifier(session)] == nil, "a new session has the place of one that is open")
    sessions[ObjectIdentifier(session)] = session
    EventLoop.spawn { [self] in
      if case .dropped(let reason) = await session.run() { dropped(caller, reason) }
      assert(sessions[ObjectIdentifier(session)] === session, "a session ends that is not among those open")
      sessions[ObjectIdentifier(session)] = nil
      if sessions.isEmpty { empty.wake() }
    }
  }

  /// Graceful shutdown: accepts no more, ends subscriptions and idle connections, lets calls finish for `graceMs`, and
  /// cuts what is left.
  public func close(graceMs: Int64) async {
    listener?.close()
    listener = nil
    for session in sessions.values { session.finishSoon() }
    if !sessions.isEmpty {
      let patience = Timer { [empty] in empty.wake() }
      patience.set(milliseconds: graceMs)
      await empty.wait()
      patience.close()
    }
    for session in sessions.values { session.cut() }
  }
}
