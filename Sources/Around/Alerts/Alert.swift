// Alert: what is told when a budget nears its end, or is spent faster than it lasts.

import Exchange
import JSON
import Meters
import Policy

/// Names a budget, whose account it is, and numbers; never a key, never prompt text.
public struct Alert: Sendable {
  /// What was crossed.
  public enum Cause: Hashable, Sendable {
    /// This part of the limit is used.
    case threshold(Policy.Share)
    /// Spending runs at least at the rate of the rule; `tenths` is ten times its multiple of the even pace.
    case burn(Policy.Burn, tenths: Int64)
  }

  public let at: WallTime
  public let cause: Cause
  /// The account as it stood.
  public let reading: BudgetReading

  public var budget: BudgetName { reading.budget }

  /// `threshold` or `burn`.
  public var kind: String {
    switch cause {
    case .threshold: "threshold"
    case .burn: "burn"
    }
  }

  /// What the policy says: `0.8`, or `3x over 10m`.
  public var threshold: String {
    switch cause {
    case .threshold(let share): share.description
    case .burn(let burn, _): burn.description
    }
  }

  /// For people. It says parts of the limit, which read the same in every unit.
  public var message: String {
    let scope = reading.scopeText
    let name = scope.isEmpty ? "Budget \(budget)" : "Budget \(budget) (\(scope))"
    let used = "\(reading.usedPercent) % of its limit"
    let end = "It starts anew at \(reading.resetsAt.iso8601)."
    return switch cause {
    case .threshold(let share): "\(name) has used \(used); alertAt is \(share). \(end)"
    case .burn(let burn, let tenths):
      "\(name) is spent \(tenths / 10).\(tenths % 10) times as fast as it lasts; burn is \(burn). It has used \(used). \(end)"
    }
  }

  /// For those who watch; times in milliseconds.
  public var details: JSONValue {
    .object(members + [("resetsAt", .integer(reading.resetsAt.milliseconds)), ("at", .integer(at.milliseconds))])
  }

  /// What a webhook gets; times as RFC 3339 has them.
  public var document: JSONValue {
    .object(
      members + [
        ("resetsAt", .string(reading.resetsAt.iso8601)), ("at", .string(at.iso8601)), ("message", .string(message)),
      ])
  }

  private var members: [(name: String, value: JSONValue)] {
    [
      ("budget", .string(budget.text)), ("scope", .string(reading.scopeText)), ("kind", .string(kind)),
      ("threshold", .string(threshold)), ("unit", .string(reading.unit.rawValue)), ("used", .integer(reading.used)),
      ("limit", .integer(reading.limit)),
    ]
  }
}

extension BudgetReading {
  /// `user=alice, model=gpt-4o`; empty for a global budget.
  var scopeText: String { scope.map { "\($0.dimension)=\($0.text)" }.joined(separator: ", ") }

  fileprivate var usedPercent: Int64 { Int64(clamping: Int128(used) * 100 / Int128(max(1, limit))) }
}
