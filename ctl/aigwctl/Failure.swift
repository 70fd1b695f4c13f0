// Failure: why a command did not do what it was asked, in words for people, and with an exit status for scripts.

import Control

/// How aigwctl ends.
enum ExitStatus: Int32 {
  case done = 0
  /// Refused, or not in force everywhere; for `diff`: different.
  case refused = 1
  /// The command line cannot be understood, or a file it names cannot be read.
  case usage = 2
  /// Nobody answers at the socket.
  case unreachable = 3
}

struct Failure: Error, Equatable {
  let status: ExitStatus
  /// What happened and what to try, perhaps on several lines.
  let message: String

  init(_ status: ExitStatus, _ message: String) {
    self.status = status
    self.message = message
  }

  init(_ error: NotationError, _ status: ExitStatus = .usage) { self.init(status, error.description) }

  /// A call that brought no answer, or the answer no.
  init(_ error: ControlClientError, at socketPath: String) {
    switch error {
    case .refused(let refusal): self.init(.refused, Self.text(refusal))
    case .unreachable(let reason): self.init(.unreachable, Self.unreachable(socketPath, reason))
    case .timedOut: self.init(.unreachable, "\(error) Give it longer with --timeout.".visible)
    case .tooLarge: self.init(.refused, "\(error)")
    case .lost, .busy, .broken: self.init(.unreachable, "\(socketPath): \(error)".visible)
    }
  }

  private static func text(_ refusal: ControlError) -> String {
    switch refusal {
    case .policyInvalid(let diagnostics):
      return "refused; the policy stays as it was:" + diagnostics.map { "\n  " + $0.description.visible }.joined()
    case .generationConflict:
      return "\(refusal) See what is different now with aigwctl diff."
    case .permissionDenied:
      return "\(refusal) Run it as root or as the daemon's user, or have yourself added with aigwd --admin-uid.".visible
    case .unknownRequest:
      return "\(refusal) Its id is the x-ai-request-id of the reply; receipts reach aigwd within seconds.".visible
    case .methodNotFound, .methodNotImplemented, .interfaceNotFound, .invalidParameter:
      return "\(refusal) Is what listens at the socket as new as this aigwctl?".visible
    case .unknownBudget, .unknownModel, .unknownBackend, .unknownSidecar, .notADaemon, .ledgerUnavailable,
      .policyNotWritable, .replyTooLarge, .expectedMore, .other:
      return refusal.description.visible
    }
  }
}
