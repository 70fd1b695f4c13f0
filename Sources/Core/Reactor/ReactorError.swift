// ReactorError: what the operating system refused, in words.

import CLibuv

/// A refusal of the operating system or a limit of ours. `code` keeps the cause comparable; `reason` is for people.
public struct ReactorError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: Hashable, Sendable {
    /// The deadline passed.
    case timedOut
    /// Somebody on our side gave up waiting.
    case interrupted
    /// The stream was closed by us.
    case closed
    case refused
    case reset
    case addressInUse
    case permissionDenied
    case unreachable
    case nameNotFound
    /// Any other error number of the system, negated as libuv gives it.
    case system(Int32)
  }

  public let code: Code
  /// What was being done, and to what: "connect to 127.0.0.1:9000".
  public let doing: String
  public let reason: String

  public init(_ code: Code, doing: String, reason: String) {
    self.code = code
    self.doing = doing
    self.reason = reason
  }

  init(uv status: Int32, doing: String) {
    let code: Code =
      switch uv_errno_t(status) {
      case UV_ECONNREFUSED: .refused
      case UV_ECONNRESET, UV_EPIPE, UV_ECONNABORTED: .reset
      case UV_EADDRINUSE: .addressInUse
      case UV_EACCES, UV_EPERM: .permissionDenied
      case UV_ENETUNREACH, UV_EHOSTUNREACH, UV_EADDRNOTAVAIL: .unreachable
      case UV_EAI_NONAME, UV_EAI_NODATA, UV_EAI_AGAIN, UV_EAI_FAIL: .nameNotFound
      case UV_ETIMEDOUT: .timedOut
      default: .system(status)
      }
    // SAFETY: uv_strerror returns a static string for every number libuv knows.
    self.init(code, doing: doing, reason: unsafe String(cString: uv_strerror(status)))
  }

  public var description: String { doing.isEmpty ? reason : "\(doing): \(reason)" }
}
