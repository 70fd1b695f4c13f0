// LoopBreaker: an agent that asks the same again and again is stopped before its budget is gone.

extension Policy {
  /// The section `loopBreaker`; without it nothing is stopped.
  public struct LoopBreaker: Hashable, Sendable {
    /// The same prompt of the same payer so many times,
    public let repeats: Int
    /// within this time,
    public let withinMs: Int64
    /// is refused for this time.
    public let coolDownMs: Int64
  }
}

extension Policy.LoopBreaker {
  init?(_ place: Place, _ diagnostics: inout Diagnostics) {
    guard let fields = Fields(place, known: ["repeats", "within", "coolDown"], &diagnostics) else { return nil }
    let advice = "write how often the same prompt may come, as in repeats: 10"
    let repeats = fields.required("repeats", advice, &diagnostics).flatMap { $0.integer(in: 2...10_000, &diagnostics) }
    let within = fields["within"].map { $0.milliseconds(&diagnostics) } ?? 5 * 60_000
    let coolDown = fields["coolDown"].map { $0.milliseconds(&diagnostics) } ?? 10 * 60_000
    guard let repeats, let within, let coolDown else { return nil }
    self.init(repeats: Int(repeats), withinMs: within, coolDownMs: coolDown)
  }
}
