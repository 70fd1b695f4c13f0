// Admission+Waiting: calls for which there is no room now, and budgets that let them wait for it.
import Exchange
import Meters

extension Admission {
  /// What the budgets that have no room for a call say together.
  struct Objections {
    private(set) var worst: Refusal?
    private(set) var isFinal = false
    private(set) var places: [MeterPlace] = []
    private(set) var maxWaitMs = Int64.max

    mutating func add(_ refusal: Refusal, _ match: Match) {
      if case .queue(let maxWaitMs) = match.enforcement, let ms = refusal.retryAfterMs, ms <= maxWaitMs {
        places.append(match.place)
        self.maxWaitMs = min(self.maxWaitMs, maxWaitMs)
      } else {
        isFinal = true
      }
      if worst.map(refusal.outlasts) ?? true { worst = refusal }
    }
  }

  /// Somebody who came earlier waits for the same meter.
  func isBlocked(_ match: Match, _ ticket: QueueTicket?) -> Bool {
    guard !line.isEmpty, case .queue = match.enforcement else { return false }
    return line.isBlocked(match.place, for: ticket)
  }

  /// A place in the line, where all that object let calls wait; a refusal where one does not; nil where none objects.
  mutating func answer(_ objections: Objections, ticket: QueueTicket?) -> Verdict? {
    guard let worst = objections.worst else { return nil }
    if !objections.isFinal, let ticket = line.stand(ticket, at: objections.places) {
      return .waits(
        Wait(
          ticket: ticket, refusal: worst, afterMs: max(1, worst.retryAfterMs ?? Limits.retryWhenHeldMs),
          maxWaitMs: objections.maxWaitMs))
    }
    if let ticket { line.leave(ticket) }
    return .refused(worst)
  }

  /// The call waits no longer.
  public mutating func leave(_ ticket: QueueTicket) { line.leave(ticket) }

  /// Something was given back that waiting calls may now have. Cheap enough to look at after every call.
  public var hasWakes: Bool { line.hasWakes }

  /// The calls that should ask again, each the first in its line.
  public mutating func takeWakes() -> [QueueTicket] { line.takeWakes() }
}
