// ControlError+Wire: refusals as the name and parameters of a reply, and back.

import JSON

extension ControlError {
  /// Fully qualified, as in the interface.
  public var name: String {
    switch self {
    case .policyInvalid: "io.aigw.Control.PolicyInvalid"
    case .generationConflict: "io.aigw.Control.GenerationConflict"
    case .unknownBudget: "io.aigw.Control.UnknownBudget"
    case .unknownModel: "io.aigw.Control.UnknownModel"
    case .unknownBackend: "io.aigw.Control.UnknownBackend"
    case .unknownRequest: "io.aigw.Control.UnknownRequest"
    case .unknownSidecar: "io.aigw.Control.UnknownSidecar"
    case .permissionDenied: "io.aigw.Control.PermissionDenied"
    case .notADaemon: "io.aigw.Control.NotADaemon"
    case .ledgerUnavailable: "io.aigw.Control.LedgerUnavailable"
    case .policyNotWritable: "io.aigw.Control.PolicyNotWritable"
    case .replyTooLarge: "io.aigw.Control.ReplyTooLarge"
    case .interfaceNotFound: "org.varlink.service.InterfaceNotFound"
    case .methodNotFound: "org.varlink.service.MethodNotFound"
    case .methodNotImplemented: "org.varlink.service.MethodNotImplemented"
    case .invalidParameter: "org.varlink.service.InvalidParameter"
    case .expectedMore: "org.varlink.service.ExpectedMore"
    case .other(let name): name
    }
  }

  public var parameters: JSONValue {
    switch self {
    case .policyInvalid(let diagnostics): ["diagnostics": .array(diagnostics.map(\.json))]
    case .generationConflict(let expected, let current):
      ["expected": .integer(expected), "current": .integer(current)]
    case .unknownBudget(let name, let known), .unknownModel(let name, let known), .unknownBackend(let name, let known):
      ["name": .string(name), "known": .array(known.map(JSONValue.string))]
    case .unknownRequest(let request): ["request": .string(request)]
    case .unknownSidecar(let holder): ["holder": .string(holder)]
    case .permissionDenied(let method, let uid, let needs):
      ["method": .string(method), "uid": .integer(Int64(uid)), "needs": .string(needs)]
    case .notADaemon(let method), .methodNotFound(let method), .methodNotImplemented(let method):
      ["method": .string(method)]
    case .ledgerUnavailable(let reason), .policyNotWritable(let reason): ["reason": .string(reason)]
    case .replyTooLarge(let bytes, let bytesMax):
      ["bytes": .integer(Int64(bytes)), "bytesMax": .integer(Int64(bytesMax))]
    case .interfaceNotFound(let interface): ["interface": .string(interface)]
    case .invalidParameter(let parameter): ["parameter": .string(parameter)]
    case .expectedMore, .other: [:]
    }
  }

  /// The refusal that a reply spells. One that is unknown, or whose fields are not what they should be, is `other`.
  public init(name: String, parameters: JSONValue) {
    self = Self.known(name, parameters) ?? .other(name: name)
  }

  private static func known(_ name: String, _ parameters: JSONValue) -> ControlError? {
    func text(_ field: String) -> String? { parameters[field]?.string }
    func number(_ field: String) -> Int64? { parameters[field]?.integer }
    func unknown(_ error: (String, [String]) -> ControlError) -> ControlError? {
      guard let name = text("name"), let known = parameters["known"]?.elements else { return nil }
      return error(name, known.compactMap(\.string))
    }
    switch name {
    case "io.aigw.Control.PolicyInvalid":
      return parameters["diagnostics"]?.elements.map { .policyInvalid($0.compactMap(Diagnostic.init)) }
    case "io.aigw.Control.GenerationConflict":
      guard let expected = number("expected"), let current = number("current") else { return nil }
      return .generationConflict(expected: expected, current: current)
    case "io.aigw.Control.UnknownBudget": return unknown { .unknownBudget(name: $0, known: $1) }
    case "io.aigw.Control.UnknownModel": return unknown { .unknownModel(name: $0, known: $1) }
    case "io.aigw.Control.UnknownBackend": return unknown { .unknownBackend(name: $0, known: $1) }
    case "io.aigw.Control.UnknownRequest": return text("request").map { .unknownRequest($0) }
    case "io.aigw.Control.UnknownSidecar": return text("holder").map { .unknownSidecar(holder: $0) }
    case "io.aigw.Control.PermissionDenied":
      guard let method = text("method"), let uid = number("uid").flatMap(UInt32.init(exactly:)),
        let needs = text("needs")
      else { return nil }
      return .permissionDenied(method: method, uid: uid, needs: needs)
    case "io.aigw.Control.NotADaemon": return text("method").map { .notADaemon(method: $0) }
    case "io.aigw.Control.LedgerUnavailable": return text("reason").map { .ledgerUnavailable(reason: $0) }
    case "io.aigw.Control.PolicyNotWritable": return text("reason").map { .policyNotWritable(reason: $0) }
    case "io.aigw.Control.ReplyTooLarge":
      guard let bytes = number("bytes"), let bytesMax = number("bytesMax") else { return nil }
      return .replyTooLarge(bytes: Int(bytes), bytesMax: Int(bytesMax))
    case "org.varlink.service.InterfaceNotFound": return text("interface").map { .interfaceNotFound($0) }
    case "org.varlink.service.MethodNotFound": return text("method").map { .methodNotFound($0) }
    case "org.varlink.service.MethodNotImplemented": return text("method").map { .methodNotImplemented($0) }
    case "org.varlink.service.InvalidParameter": return text("parameter").map { .invalidParameter($0) }
    case "org.varlink.service.ExpectedMore": return .expectedMore
    default: return nil
    }
  }
}

extension ControlError.Diagnostic {
  /// The type Diagnostic of the interface.
  public var json: JSONValue {
    var members: [(name: String, value: JSONValue)] = [("path", .string(path)), ("message", .string(message))]
    if let file { members.append(("file", .string(file))) }
    if let line { members.append(("line", .integer(Int64(line)))) }
    if let column { members.append(("column", .integer(Int64(column)))) }
    return .object(members)
  }

  /// Nil when `json` is not of that type.
  public init?(_ json: JSONValue) {
    guard let path = json["path"]?.string, let message = json["message"]?.string else { return nil }
    self.init(
      path: path, message: message, file: json["file"]?.string, line: json["line"]?.integer.map(Int.init),
      column: json["column"]?.integer.map(Int.init))
  }
}
