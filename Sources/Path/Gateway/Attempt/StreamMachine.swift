// StreamMachine: how far a stream has come on its way to the agent, and what is to be done next.

import Client
import Exchange
import Metering
import Upstream

/// What one event of a stream said, whatever its dialect and framing.
struct StreamPiece: Equatable {
  /// Bytes of what the model said; 0 where it said nothing.
  var contentBytes = 0
  var usage: Usage?
  /// A choice has come to its end.
  var finishes = false
  /// The stream's own last event.
  var isLast = false
}

/// Told what has happened, says what to do. It holds back a stream until it has content (the commit window), so that until
/// then any failure can be made good by another candidate; it ends one where its budget ends, and counts what a provider had
/// sent that nobody reads. Text is not its business: whoever drives it keeps what is held.
struct StreamMachine {
  private enum Limits {
    /// Bytes without content held back before they are let through all the same.
    static let heldBytesMax = 256 * 1024
  }

  enum State: Equatable {
    /// Nothing has reached the agent.
    case holding
    /// The agent has a part of the reply, which can only be ended now.
    case committed
    /// The agent has gone, and the policy wants to know what its reply costs.
    case draining(hadBegun: Bool)
    /// The provider was told to stop; what it has sent until it does is counted, and then the stream has come to `end`.
    case hearingOut(then: End)
    case ended(End)
  }

  enum End: Equatable {
    /// The provider has said all it had to say.
    case finished
    /// It could not; `hadBegun`: the agent has a part of it.
    case failed(Cause, hadBegun: Bool)
    /// The budget ended before the reply.
    case cut
    /// The agent went away before the reply had ended.
    case left
  }

  enum Cause: Equatable {
    /// The provider said so in the stream, which was passed on where the agent has a part of it.
    case told(Fault)
    /// It ended without a word.
    case silent
    /// What came makes no sense.
    case nonsense(String)
    case connection(ClientFault)
  }

  enum Action: Equatable {
    /// Look at the next event of what has arrived.
    case takeNext
    /// Wait for more of the reply.
    case readOn
    /// Send the agent what is held, at the pace it takes it, and read on.
    case send
    /// Forget what is held, which nobody reads, and read on.
    case drop
    /// Hold so much more of the budgets, and say with `grew` how much it was.
    case grow(TokenCount)
    /// Wait for leases that are on their way, and say so with `waited`.
    case awaitLeases
    /// Tell the provider to stop, and look at what it has sent until its end. Where the agent is there, it gets what is held.
    case hearOut
    /// Nothing more will come; `state` says why.
    case end
  }

  private(set) var state = State.holding
  private(set) var tally = StreamTally()
  /// Something of the answer has come: a word, a call, or that there is none.
  private(set) var hasContent = false
  /// A choice has come to its end.
  private(set) var hasFinished = false
  /// The provider said what it bills in the same breath as that it failed.
  private var isTold = false
  private var hold: StreamHold?
  private var hasWaited = false
  private let mustFinish: Bool

  /// - Parameters:
  ///   - hold: how far it may flow; nil where no budget counts output.
  ///   - mustFinish: it is known how a stream of this kind ends, so one that does not end so is broken off.
  init(hold: StreamHold?, mustFinish: Bool) {
    self.hold = hold
    self.mustFinish = mustFinish
  }

  // MARK: what the provider said

  mutating func came(_ piece: StreamPiece) -> Action {
    if piece.contentBytes > 0 { tally.contentArrived(bytes: piece.contentBytes) }
    if let usage = piece.usage { tally.usageReported(usage) }
    if piece.finishes { hasFinished = true }
    if piece.contentBytes > 0 || piece.finishes { hasContent = true }
    if piece.isLast { return providerEnded() }
    return hasFinished ? .takeNext : checkHold()
  }

  /// An event said that the provider cannot go on: another may, as long as nothing was said.
  mutating func providerFailed(_ fault: Fault, _ usage: Usage?) -> Action {
    if let usage { tally.usageReported(usage) }
    isTold = usage?.output != nil
    return fail(.told(fault))
  }

  /// The reply's body has ended, and all its events were looked at.
  mutating func replyEnded() -> Action {
    if hasFinished || !mustFinish { return providerEnded() }
    return fail(hasContent ? .connection(.broken("it ended before it was complete")) : .silent)
  }

  mutating func madeNoSense(_ reason: String) -> Action { fail(.nonsense(reason)) }

  mutating func broke(_ fault: ClientFault) -> Action { fail(.connection(fault)) }

  /// All events that have arrived were looked at.
  ///
  /// - Parameter heldBytes: what they amount to for the agent, and has not been sent.
  mutating func ranDry(heldBytes: Int) -> Action {
    switch state {
    case .holding:
      guard hasContent || heldBytes > Limits.heldBytesMax else { return .readOn }
      state = .committed
      return .send
    case .committed: return heldBytes > 0 ? .send : .readOn
    case .draining, .hearingOut: return .drop
    case .ended: return .end
    }
  }

  // MARK: what budget and agent did

  mutating func grew(by more: TokenCount) -> Action {
    hold?.grew(by: more, seen: tally.outputSeen)
    return checkHold()
  }

  mutating func waited() -> Action {
    hold?.waited()
    return checkHold()
  }

  /// The agent has gone, or the time and the bytes are used up that a reply is read on for without it.
  ///
  /// - Parameter drains: the reply is read to its end all the same.
  mutating func agentLeft(drains: Bool) -> Action {
    switch state {
    case .holding, .committed:
      if drains {
        state = .draining(hadBegun: state == .committed)
        return .drop
      }
      return stopHearing(as: .left)
    case .draining: return stopHearing(as: .left)
    case .hearingOut(let end): return conclude(end)
    case .ended: return .end
    }
  }

  // MARK: ends

  private mutating func providerEnded() -> Action {
    switch state {
    case .holding, .committed, .draining:
      return mustFinish && !hasContent ? fail(.silent) : conclude(.finished)
    case .hearingOut(let end): return conclude(end)
    case .ended: return .end
    }
  }

  private mutating func fail(_ cause: Cause) -> Action {
    switch state {
    case .holding:
      // What has come is only held yet, but it was an answer until it said that it could not go on.
      if case .told = cause, hasContent { return conclude(.failed(cause, hadBegun: true)) }
      return conclude(.failed(cause, hadBegun: false))
    case .committed: return conclude(.failed(cause, hadBegun: true))
    case .draining(let hadBegun): return conclude(.failed(cause, hadBegun: hadBegun))
    case .hearingOut(let end): return conclude(end)
    case .ended: return .end
    }
  }

  private mutating func conclude(_ end: End) -> Action {
    state = .ended(end)
    return .end
  }

  private mutating func stopHearing(as end: End) -> Action {
    state = .hearingOut(then: end)
    hold = nil
    return .hearOut
  }

  // MARK: the hold

  private mutating func checkHold() -> Action {
    guard let action = hold?.flowed(atLeast: tally.outputAtLeast, seen: tally.outputSeen) else { return .takeNext }
    switch action {
    case .goOn:
      hasWaited = false
      return .takeNext
    case .grow(let more): return .grow(more)
    case .cut: return spent()
    }
  }

  /// No more is held for it, and none is to be had. A provider that keeps to no bound is heard out: it bills what it sent.
  private mutating func spent() -> Action {
    let grows = hold?.grows ?? false
    switch state {
    case .holding, .committed:
      if !grows { return conclude(.cut) }
      // Leases may be on their way that become durable any moment: a stream that outran them waits for that once.
      if hasWaited { return stopHearing(as: .cut) }
      hasWaited = true
      return .awaitLeases
    case .draining: return grows ? stopHearing(as: .left) : conclude(.left)
    case .hearingOut, .ended: return .takeNext
    }
  }
}

extension StreamMachine {
  /// What is booked for a stream that has ended; nil where nothing can have been billed.
  ///
  /// - Parameters:
  ///   - input: what the request is taken to cost when nobody says.
  ///   - stopsWhenLeft: the provider stops to generate when it is hung up on.
  func usage(estimatedInput input: TokenCount, stopsWhenLeft: Bool) -> Usage? {
    guard case .ended(let end) = state else { preconditionFailure("a stream was booked while it was \(state)") }
    // Only the terminator was missing.
    let isComplete = hasFinished && tally.isReported
    switch end {
    case .finished: return tally.usage(estimatedInput: input, isComplete: true)
    case .cut: return tally.usage(estimatedInput: input, isComplete: isComplete)
    case .failed(.told, let hadBegun), .failed(.silent, let hadBegun), .failed(.nonsense, let hadBegun):
      if !hasContent, !hadBegun, !tally.isReported { return nil }
      return tally.usage(estimatedInput: input, isComplete: isComplete || isTold || !hasContent)
    case .failed(.connection(.timedOut), _), .left:
      var usage = tally.usage(estimatedInput: input, isComplete: isComplete)
      // It was hung up on, and knows. Before its first content nobody can tell how much it has thought.
      if !isComplete, !hasContent || !stopsWhenLeft { usage.output = nil }
      return usage
    case .failed(.connection, _):
      return tally.usage(estimatedInput: input, isComplete: isComplete)
    }
  }
}
