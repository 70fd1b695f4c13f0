// GatewayEvent: something that happened, for those who watch: the type Event of the interface.

import Exchange
import JSON

/// Names budgets, backends, sidecars and numbers only; never a key, never prompt text.
public struct GatewayEvent: Sendable {
  public enum Kind: String, Hashable, Sendable {
    case policy
    case refusal
    case failover
    case alert
    case circuit
    /// A shadow budget let a call pass that it would have refused.
    case shadow
    case sidecar
  }

  public var at: WallTime
  public var kind: Kind
  /// Where it happened, as people name it; empty for the daemon itself.
  public var sidecar: String
  /// What it is about: a budget, a backend, a generation.
  public var subject: String
  public var message: String
  public var details: JSONValue

  public init(
    at: WallTime, kind: Kind, sidecar: String = "", subject: String, message: String, details: JSONValue = [:]
  ) {
    self.at = at
    self.kind = kind
    self.sidecar = sidecar
    self.subject = subject
    self.message = message
    self.details = details
  }

  public var json: JSONValue {
    [
      "at": .integer(at.milliseconds), "kind": .string(kind.rawValue), "sidecar": .string(sidecar),
      "subject": .string(subject), "message": .string(message), "details": details,
    ]
  }

  /// nil when a field is missing or the kind is unknown.
  public init?(_ json: JSONValue) {
    guard let at = json.number("at"), let kind = json.text("kind").flatMap(Kind.init(rawValue:)),
      let sidecar = json.text("sidecar"), let subject = json.text("subject"), let message = json.text("message"),
      let details = json["details"]
    else { return nil }
    self.init(
      at: WallTime(milliseconds: at), kind: kind, sidecar: sidecar, subject: subject, message: message,
      details: details)
  }
}
