// Stage 2 of 8: takes a request's head, gives who pays for it.
//
// Payer: who sent a request, as far as that is known, in the order in which it is believed.

import Bytes
import Exchange
import HTTP

/// Answers what budgets, plans and receipts ask about a request. Nothing is looked up or copied before it is asked for.
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
  private let peer: String?

  /// - Parameter peer: the user at the other end of a Unix socket; nil for other connections.
  public init(of request: Request, peer: String? = nil, trusting trust: Trust) {
    head = request.head
    self.peer = peer
    self.trust = trust
  }

  public var user: String? { peer ?? trust.headers.user.flatMap { header($0) } ?? trust.pod.user }
  public var team: String? { trust.headers.team.flatMap { header($0) } }
  public var tenant: String? { trust.headers.tenant.flatMap { header($0) } }
  public var pod: PodIdentity { trust.pod }

  /// The value of header `name` (lower case), nil where there is none. Empty counts as none.
  public func header(_ name: String) -> String? {
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

  /// Who pays, for receipts: `user=alice team=eng`; the pod where nobody else is known, empty where not even that.
  public var label: String {
    var label = ByteBuffer()
    if let peer {
      label.append("user=")
      label.append(peer)
    } else {
      add("user=", trust.headers.user, to: &label)
    }
    add(" team=", trust.headers.team, to: &label)
    add(" tenant=", trust.headers.tenant, to: &label)
    return label.isEmpty ? trust.pod.label : String(label.span.trimmed)
  }

  private func add(_ name: StaticString, _ header: String?, to label: inout ByteBuffer) {
    guard let header, let value = head.value(of: header.utf8.span), !value.isEmpty else { return }
    label.append(name)
    label.append(value.extracting(0..<min(value.count, Limits.valueBytesMax)))
  }
}
