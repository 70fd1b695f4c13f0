// Rescue+Refusal: a budget said no: which one, how much of it is left, and whether asking again makes sense.

import Admission
import Dialects
import Exchange
import JSON
import Meters

extension Rescue {
  /// `x-should-retry: false` stops the retry loops of OpenAI's and Anthropic's SDKs, which no wait does by itself: some
  /// sleep for hours when `retry-after` says so, some ask again at once when it is too long for them. Where it is left
  /// out, they come back when `retry-after-ms` has passed.
  ///
  /// - Parameters:
  ///   - retryableWithinMs: a longer wait is not worth a retry.
  ///   - conditions: of the candidates that nobody is asked on with so little left, where that is why.
  init(
    _ refusal: Refusal, in dialect: Dialect, retryableWithinMs: Int64, at now: WallTime, conditions: [String] = []
  ) {
    var message = refusal.message
    if !conditions.isEmpty {
      message =
        "Too little of budget \(refusal.budget) is left for any backend: \(refusal.amount(refusal.remaining)) of "
        + "\(refusal.amount(refusal.limit)) "
        + "(\(conditions.joined(separator: "; "))). It is whole again at \(refusal.resetsAt.iso8601)."
    }
    self.init(
      Fault(party: .agent, status: 429, type: "insufficient_quota", code: "budget_exceeded", message: message))
    let scope = refusal.scope.map { (name: $0.dimension.description, value: JSONValue.string($0.text)) }
    details = [
      ("budget", .string(refusal.budget.text)), ("scope", .object(scope)), ("unit", .string(refusal.unit.rawValue)),
      ("limit", .integer(refusal.limit)), ("used", .integer(refusal.used)), ("reserved", .integer(refusal.reserved)),
      ("needed", .integer(refusal.needed)), ("resetsAt", .string(refusal.resetsAt.iso8601)),
    ]
    if refusal.retryAfterMs.map({ $0 > retryableWithinMs }) ?? true { fields.append(("x-should-retry", "false")) }
    if let retryAfterMs = refusal.retryAfterMs {
      details.append(("retryAfterMs", .integer(retryAfterMs)))
      fields.append(("retry-after", String(max(1, (retryAfterMs + 999) / 1000))))
      fields.append(("retry-after-ms", String(max(1, retryAfterMs))))
    }
    fields += RateLimitFields.fields(of: refusal, in: dialect, at: now)
  }
}
