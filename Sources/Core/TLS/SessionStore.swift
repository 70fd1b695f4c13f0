// SessionStore: the newest session of each host: a further connection resumes it and skips most of the handshake.

internal import COpenSSL
import Synchronization

/// Bounded: the host least recently heard of makes room. A session is used until a newer one arrives; a server that
/// does not want it any more simply does a full handshake.
final class SessionStore: Sendable {
  /// A sidecar talks to a handful of providers.
  static let hostsMax = 64

  private struct Newest {
    var session: ResumableSession
    var order: UInt64
  }

  private struct Contents {
    var byHost: [String: Newest] = [:]
    var orders: UInt64 = 0
  }

  private let contents = Mutex(Contents())

  var count: Int { contents.withLock { $0.byHost.count } }

  func keep(_ session: ResumableSession, for hostName: String) {
    contents.withLock { contents in
      contents.orders += 1
      contents.byHost[hostName] = Newest(session: session, order: contents.orders)
      if contents.byHost.count <= Self.hostsMax { return }
      let oldest = contents.byHost.min { $0.value.order < $1.value.order }
      if let oldest { contents.byHost[oldest.key] = nil }
    }
  }

  /// The session to offer to this host; nil when there is none that could be resumed.
  func newest(for hostName: String) -> ResumableSession? {
    contents.withLock { contents in
      guard let newest = contents.byHost[hostName] else { return nil }
      if newest.session.isResumable { return newest.session }
      contents.byHost[hostName] = nil
      return nil
    }
  }
}

/// One reference to an SSL_SESSION.
@safe
final class ResumableSession: @unchecked Sendable {
  // SAFETY: the reference was handed over in init and is given back in deinit; OpenSSL counts references atomically and
  // does not change a session after handing it out.
  private let session: OpaquePointer

  /// Takes over the caller's reference.
  init(owning session: OpaquePointer) { unsafe self.session = session }

  deinit { unsafe SSL_SESSION_free(session) }

  var isResumable: Bool { unsafe SSL_SESSION_is_resumable(session) == 1 }

  /// Makes a connection that has not started yet offer this session.
  func offer(on ssl: OpaquePointer) {
    // SAFETY: the connection takes a reference of its own.
    unsafe _ = SSL_set_session(ssl, session)
  }
}
