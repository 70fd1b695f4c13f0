// RateLimitFields: the state of the budget that refused, in the header fields by which each provider tells its limits.

import Admission
import Dialects
import Exchange
import Hub
import Meters

enum RateLimitFields {
  typealias Field = (name: StaticString, value: String)

  /// None for budgets that count neither requests nor tokens: there is no field for money.
  static func fields(of refusal: Refusal, in dialect: Dialect, at now: WallTime) -> [Field] {
    let unit: LimitUnit? =
      refusal.unit == .requests ? .requests : refusal.unit.rawValue.hasSuffix("Tokens") ? .tokens : nil
    guard let names = unit.flatMap(dialect.adapter.limitFields) else { return [] }
    let resetInMs = max(0, saturatingDifference(refusal.resetsAt.milliseconds, now.milliseconds))
    return [
      (names.limit, String(refusal.limit)), (names.remaining, String(refusal.remaining)),
      (names.reset, names.resetIsMoment ? refusal.resetsAt.iso8601 : duration(ofMs: resetInMs)),
    ]
  }

  /// As OpenAI writes a wait: `17ms`, `1s`, `8.64s`, `6m0s`, `24h0m0s`.
  static func duration(ofMs milliseconds: Int64) -> String {
    if milliseconds < 1000 { return "\(milliseconds)ms" }
    let (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
    let (minutes, hours) = (seconds / 60, seconds / 3600)
    var text = hours > 0 ? "\(hours)h" : ""
    if minutes > 0 { text += "\(minutes % 60)m" }
    text += "\(seconds % 60)"
    if rest > 0 {
      var digits = String(1000 + rest).dropFirst()
      while digits.last == "0" { digits.removeLast() }
      text += "." + digits
    }
    return text + "s"
  }
}

extension Refusal {
  /// Units that are neither spent nor held.
  var remaining: Int64 {
    let capacity =
      switch shape {
      case .tokenBucket(_, let burst): burst
      case .calendarWindow: limit
      }
    return max(0, saturatingDifference(saturatingDifference(capacity, used), reserved))
  }

  /// Units as people write them: `$1.50`, `500`.
  func amount(_ units: Int64) -> String { unit == .usd ? NanoDollars(units).description : String(units) }
}
