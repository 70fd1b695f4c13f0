// Stage 2 of 8: takes a request's head, gives who pays for it.
//
// Payer: who sent a request, as far as that is known, in the order in which it is believed.

import Bytes
import Exchange
import HTTP

/// Answers what budgets, plans and receipts ask about a request. What every receipt asks is looked up once; other headers
/// when somebody asks for them.
///
/// The user is whom the kernel names at the other end of a Unix socket, which no header can override; else whom the
/// trusted header names; else the pod. Team and tenant are what their headers say.
public struct Payer: Sendable {
  public enum Limits {
    /// A longer value would let an agent fill the memory with keys.
    public static let valueBytesMax = 256
  }

  private let head: Head
  private let trust: Trust
  public let user: String?
  public let team: String?
  public let tenant: String?
  /// Who pays, for receipts: `user=alice team=eng`; the pod where nobody else is known, empty where not even that.
  public let label: String

  /// - Parameter peer: the user at the other end of a Unix socket; nil for other connections.
  public init(of request: Request, peer: String? = nil, trusting trust: Trust) {
    let head = request.head
    let headers = trust.headers
    let named = peer ?? headers.user.flatMap { Self.header($0, of: head) }
    let team = headers.team.flatMap { Self.header($0, of: head) }
    let tenant = headers.tenant.flatMap { Self.header($0, of: head) }
    self.head = head
    self.trust = trust
    self.team = team
    self.tenant = tenant
    user = named ?? trust.pod.user
    label = Self.label(named, team, tenant) ?? trust.pod.label
  }

  public var pod: PodIdentity { trust.pod }

  /// The value of header `name` (lower case), nil where there is none. Empty counts as none.
  public func header(_ name: String) -> String? { Self.header(name, of: head) }

  private static func header(_ name: String, of head: Head) -> String? {
    guard let value = head.value(of: name.utf8.span), !value.isEmpty else { return nil }
    return String(value.extracting(0..<min(value.count, Limits.valueBytesMax)))
  }

  /// Throws when one of `names` has a value too long to be told apart by.
  public func check(_ names: [String]) throws(Fault) {
    for name in names {
      guard let value = head.value(of: name.utf8.span), value.count > Limits.valueBytesMax else { continue }
      throw Fault(
        party: .agent, status: 400, type: "invalid_request_error", code: "header_too_long", param: name,
        message: "Header \(name) has \(value.count) bytes; a budget is split by it, so at most "
          + "\(Limits.valueBytesMax) are allowed.")
    }
  }

  /// nil where nobody is named.
  private static func label(_ user: String?, _ team: String?, _ tenant: String?) -> String? {
    if user == nil, team == nil, tenant == nil { return nil }
    var label = ""
    if let user { label += "user=" + user }
    if let team { label += (label.isEmpty ? "team=" : " team=") + team }
    if let tenant { label += (label.isEmpty ? "tenant=" : " tenant=") + tenant }
    return label
  }
}
