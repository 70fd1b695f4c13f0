// WebhookQueue: what waits to be sent to the webhook, and when it is tried again (exponential back-off).

import Exchange

/// Sends one after the other, in the order they came. One that fails is tried again after a pause that doubles each time,
/// and is given up in the end, as is the oldest when too many wait. No I/O and no clock: the caller does what `next` says
/// and tells how it went.
struct WebhookQueue<Document> {
  enum Step {
    case send(Document)
    case pause(milliseconds: Int64)
    /// Nothing to do until something is added.
    case rest
  }

  /// What became of an attempt.
  enum Outcome: Hashable {
    case delivered
    /// It may go better another time.
    case failed
    /// It will never go better: the receiver does not want it.
    case refused
  }

  private var waiting: [Document] = []
  /// Attempts of the first one so far.
  private var attempts = 0
  private var pauseMs: Int64 = 0

  var count: Int { waiting.count }

  /// False when an older one was given up to make room. The one that is being tried stays.
  mutating func add(_ document: Document) -> Bool {
    waiting.append(document)
    if waiting.count <= AlertLimits.waitingMax { return true }
    waiting.remove(at: 1)
    return false
  }

  mutating func next() -> Step {
    guard let first = waiting.first else { return .rest }
    if pauseMs > 0 {
      defer { pauseMs = 0 }
      return .pause(milliseconds: pauseMs)
    }
    return .send(first)
  }

  /// False when the document was given up.
  ///
  /// - Parameter jitter: at random from 0 to 1000: the pause is between half of it and the whole, so that many senders
  ///   do not come back at the same moment.
  mutating func ended(_ outcome: Outcome, jitter: Int64) -> Bool {
    attempts += 1
    if outcome == .failed, attempts < AlertLimits.attemptsMax {
      let whole = min(AlertLimits.pauseMsMax, AlertLimits.firstPauseMs << Int64(attempts - 1))
      pauseMs = whole / 2 + whole / 2 * jitter / 1000
      return true
    }
    waiting.removeFirst()
    attempts = 0
    return outcome == .delivered
  }
}
