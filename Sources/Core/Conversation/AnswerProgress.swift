// AnswerProgress: how far a streamed reply has come, so that it can be ended before its time.

import Exchange

/// Follows a stream's events, and gives those that end it legally where its budget ends.
public struct AnswerProgress: Sendable {
  private var open: [PartPlace] = []
  private var finished: Set<Int> = []
  public private(set) var hasBegun = false
  public private(set) var hasEnded = false
  /// What the provider last said it used.
  public private(set) var usage: Usage?

  public init() {}

  public mutating func take(_ event: AnswerEvent) {
    switch event {
    case .began: hasBegun = true
    case .partBegan(_, let place): open.append(place)
    case .partEnded(let place): open.removeAll { $0 == place }
    case .choiceFinished(_, _, let choice): finished.insert(choice)
    case .usageReported(let reported): usage = reported
    // Nothing may follow a failure either.
    case .ended, .failed: hasEnded = true
    case .partGrew, .idled: break
    }
  }

  /// The events that end the reply as one that has reached its most tokens.
  ///
  /// - Parameters:
  ///   - choices: how many were asked for.
  ///   - usage: what will be booked.
  public func ending(choices: Int, usage: Usage) -> [AnswerEvent] {
    var events: [AnswerEvent] = open.map { .partEnded(at: $0) }
    for choice in 0..<choices where !finished.contains(choice) {
      events.append(.choiceFinished(.length, stopSequence: nil, choice: choice))
    }
    return events + [.usageReported(usage), .ended]
  }
}
