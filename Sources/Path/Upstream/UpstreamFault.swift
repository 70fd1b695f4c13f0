// UpstreamFault: what kept a backend from answering, before anybody decides what to do about it.

import Exchange
import HTTP
import Reactor
import TLS

/// A failure of the connection to a backend; replies with an error status are replies, not faults.
public enum UpstreamFault: Error, Hashable, Sendable {
  /// Which wait was too long.
  public enum Wait: String, Hashable, Sendable {
    case connect
    case firstByte
    case idle
  }

  case timedOut(Wait, afterMs: Int64)
  /// No connection: refused, unreachable, unknown host.
  case unreachable(String)
  /// The connection broke, or ended before the reply did.
  case broken(String)
  case tls(String)
  /// The reply is not HTTP we accept.
  case malformed(String)
  /// The secret for this backend cannot be read.
  case noCredential(String)
  /// We stopped waiting ourselves: the agent has gone.
  case interrupted

  /// What happened, for people; the caller names the backend. No full stop: it goes into the caller's sentence.
  public var message: String {
    switch self {
    case .timedOut(.connect, let afterMs): "no connection within \(afterMs) ms"
    case .timedOut(.firstByte, let afterMs): "no reply within \(afterMs) ms"
    case .timedOut(.idle, let afterMs): "its reply stalled for \(afterMs) ms"
    case .unreachable(let reason), .broken(let reason), .tls(let reason), .malformed(let reason),
      .noCredential(let reason):
      reason.hasSuffix(".") ? String(reason.dropLast()) : reason
    case .interrupted: "the agent went away"
    }
  }

  init(_ error: ChannelError, waitingFor wait: Wait, timeoutMs: Int64) {
    switch error {
    case .tls(let tls): self = .tls(tls.message)
    case .stream(let stream):
      switch stream.code {
      case .timedOut: self = .timedOut(wait, afterMs: timeoutMs)
      case .interrupted, .closed: self = .interrupted
      case .refused, .unreachable, .nameNotFound: self = .unreachable(stream.description)
      default: self = wait == .connect ? .unreachable(stream.description) : .broken(stream.description)
      }
    }
  }
}
