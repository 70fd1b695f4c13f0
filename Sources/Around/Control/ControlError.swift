// ControlError: the refusals of the interface, typed on both ends of the socket.

import JSON

/// Why a call was refused: one case for each error of io.aigw.Control and org.varlink.service.
public enum ControlError: Error, Hashable, Sendable {
  case policyInvalid([Diagnostic])
  case generationConflict(expected: Int64, current: Int64)
  /// `known`: the names there are, the closest first.
  case unknownBudget(name: String, known: [String])
  case unknownModel(name: String, known: [String])
  case unknownBackend(name: String, known: [String])
  case unknownRequest(String)
  case unknownSidecar(holder: String)
  /// `needs`: what the caller would have to be: admin, or sidecar.
  case permissionDenied(method: String, uid: UInt32, needs: String)
  case notADaemon(method: String)
  case ledgerUnavailable(reason: String)
  case policyNotWritable(reason: String)
  case replyTooLarge(bytes: Int, bytesMax: Int)

  case interfaceNotFound(String)
  case methodNotFound(String)
  case methodNotImplemented(String)
  /// The path of the parameter: `wishes[3].needs`.
  case invalidParameter(String)
  case expectedMore

  /// An error that this version does not know, as a newer daemon may send it.
  case other(name: String)

  /// One mistake in a policy, the type Diagnostic of the interface.
  public struct Diagnostic: Hashable, Sendable {
    public var path: String
    public var message: String
    public var file: String?
    public var line: Int?
    public var column: Int?

    public init(path: String, message: String, file: String? = nil, line: Int? = nil, column: Int? = nil) {
      self.path = path
      self.message = message
      self.file = file
      self.line = line
      self.column = column
    }
  }
}

extension ControlError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .policyInvalid(let diagnostics):
      "the policy is not valid, nothing was changed:\n" + diagnostics.map { "  \($0)" }.joined(separator: "\n")
    case .generationConflict(let expected, let current):
      "the policy has changed meanwhile: generation \(expected) was expected, \(current) is in force. Read it again."
    case .unknownBudget(let name, let known): Self.unknown("budget", name, known)
    case .unknownModel(let name, let known): Self.unknown("model", name, known)
    case .unknownBackend(let name, let known): Self.unknown("backend", name, known)
    case .unknownRequest(let request):
      "nothing is known of request \(request): it is not in the ledger, or no longer."
    case .unknownSidecar(let holder): "no sidecar \(holder) is connected. Subscribe first."
    case .permissionDenied(let method, let uid, let needs):
      "uid \(uid) may not call \(method): the daemon's list of \(needs)s does not name it or a group of it."
    case .notADaemon(let method): "\(method) is for sidecars of a daemon, and this is a lone sidecar."
    case .ledgerUnavailable(let reason): "the ledger cannot be used: \(reason)"
    case .policyNotWritable(let reason): "the policy could not be written down, nothing was changed: \(reason)"
    case .replyTooLarge(let bytes, let bytesMax):
      "the reply would have \(bytes) bytes, and \(bytesMax) are allowed. Ask for less."
    case .interfaceNotFound(let name): "there is no interface \(name) here."
    case .methodNotFound(let method): "there is no method \(method) here; the two programs may differ in version."
    case .methodNotImplemented(let method): "\(method) is not implemented here."
    case .invalidParameter(let path): "the parameter \(path) is missing, unknown, or not of its type."
    case .expectedMore: "the method answers more than once and must be called with 'more'."
    case .other(let name): "refused with \(name), which this version does not know."
    }
  }

  private static func unknown(_ kind: String, _ name: String, _ known: [String]) -> String {
    known.isEmpty
      ? "there is no \(kind) \(name), nor any other \(kind)."
      : "there is no \(kind) \(name). There is: \(known.joined(separator: ", "))."
  }
}

extension ControlError.Diagnostic: CustomStringConvertible {
  /// `aigw.yaml:12:5: budgets.team.limit: ...`, as far as it is known.
  public var description: String {
    let place = [file, line.map(String.init), column.map(String.init)].compactMap { $0 }.joined(separator: ":")
    return [place, path, message].filter { !$0.isEmpty }.joined(separator: ": ")
  }
}
