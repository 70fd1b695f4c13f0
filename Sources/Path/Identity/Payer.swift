// Stage 2 of 8: takes a request's head, gives who pays for it.
//
// Payer: what the agent says about itself in the headers the policy trusts.

import Bytes
import Exchange
import HTTP

/// Answers what budgets ask about a request: the value of a header, as it stands in the request's head.
public struct Payer: Sendable {
  public enum Limits {
    /// A longer value would let an agent fill the memory with keys.
    public static let valueBytesMax = 256
  }

  private let head: Head

  public init(of request: Request) { head = request.head }

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

  /// Who pays, for receipts: `user=alice team=eng`; empty where the agent said nothing.
  public var label: String {
    var label = ByteBuffer()
    func add(_ name: StaticString, _ header: StaticString) {
      guard let value = head[header], !value.isEmpty else { return }
      label.append(name)
      label.append(value.extracting(0..<min(value.count, Limits.valueBytesMax)))
    }
    add("user=", "x-user-id")
    add(" team=", "x-team-id")
    add(" tenant=", "x-tenant-id")
    return label.isEmpty ? "" : String(label.span.trimmed)
  }
}
