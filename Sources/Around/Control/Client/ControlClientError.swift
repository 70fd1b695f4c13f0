// ControlClientError: why a call from this side brought no answer, and what to try.

import Reactor

public enum ControlClientError: Error, Hashable, Sendable {
  /// Nobody could be asked; nothing was done.
  case unreachable(ReactorError)
  /// No answer in time. What was asked for may have been done, or may yet be.
  case timedOut(method: String, timeoutMs: Int64)
  /// The connection ended before the answer. What was asked for may have been done.
  case lost(method: String)
  /// The call is longer than a message may be; nothing was done.
  case tooLarge(method: String, bytes: Int)
  /// Too many calls of this client wait already; nothing was done.
  case busy
  /// The answer is no.
  case refused(ControlError)
  /// The other side does not speak Varlink as it should.
  case broken(MessageError)
}

extension ControlClientError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreachable(let error): "cannot \(error). \(Self.advice(error.code))"
    case .timedOut(let method, let timeoutMs):
      "\(method) was not answered within \(timeoutMs) ms; it may have been done all the same. Is the daemon busy?"
    case .lost(let method):
      "the connection ended before \(method) was answered; it may have been done all the same. See the daemon's log."
    case .tooLarge(let method, let bytes):
      "\(method) would be a message of \(bytes) bytes, and \(ControlLimits.messageBytesMax) are allowed. Nothing was done; "
        + "make the change in smaller steps."
    case .busy: "\(ControlLimits.callsInFlightMax) calls wait for their answers already."
    case .refused(let error): "\(error)"
    case .broken(let error): "what answers on the socket does not speak the control protocol: \(error)."
    }
  }

  private static func advice(_ code: ReactorError.Code) -> String {
    switch code {
    case .refused: "The socket is there and nobody listens: has aigwd ended?"
    case .permissionDenied: "The socket belongs to others: join its group, or become its owner."
    case .timedOut: "Somebody listens and does not answer: is aigwd stopped?"
    case .interrupted, .closed, .reset, .addressInUse, .unreachable, .nameNotFound, .system:
      "Is aigwd running, and is this its socket?"
    }
  }
}
