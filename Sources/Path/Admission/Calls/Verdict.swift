// Verdict: what admission answers to an ask.
import Exchange
import Meters

/// What admission answers to an ask. Nothing is held but by `admitted`.
public enum Verdict: ~Copyable {
  /// Every budget that applies holds the price of the ask until the reservation is settled or released.
  case admitted(Reservation)
  /// A budget has no room for it.
  case refused(Refusal)
  /// There is no room, and budgets let calls wait for it.
  case waits(Wait)
  /// There is room, but not under what is durable: write these marks, call `granted`, ask again.
  case needsLease([MeterMark])
  /// Of these meters only the ledger knows how much has been spent: read their marks, call `recollect`, ask again.
  case needsMarks([MeterName])
  /// As `needsLease` for shared budgets: send these wishes to the authority, call `granted`, ask again.
  case needsCredit([LeaseWish])
  /// Other holders have been asked to give back what they do not need. Asking again after so many milliseconds may get
  /// another answer; a caller that does not want to wait any longer takes the refusal.
  case recalled(Refusal, afterMs: Int64)
}

/// A place in the line of the budgets that a call waits for. Whoever holds one asks again with it when `takeWakes` names
/// it or `afterMs` have passed, and gives it back (`leave`) when it waits no longer.
public struct Wait: Sendable {
  public let ticket: QueueTicket
  /// What to say when `maxWaitMs`, counted from the call's first ask, have passed.
  public let refusal: Refusal
  /// When to ask again, if nothing is given back before.
  public let afterMs: Int64
  public let maxWaitMs: Int64
}

/// The number of a waiting call; lower ones came earlier.
public struct QueueTicket: Hashable, Comparable, Sendable {
  let number: Int64
  public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

/// The price of one call, held on every budget that applies. It must be given back to `Admission.settle` or
/// `Admission.release`, once: the compiler refuses a second time, and a reservation that is dropped traps in debug.
public struct Reservation: ~Copyable {
  /// Its place among the open calls.
  let slot: Int
  /// Held for the request.
  public let input: TokenCount
  /// Held for the reply: the most tokens the provider may be asked for, all choices together.
  public internal(set) var output: TokenCount
  /// Set when `output` is less than was asked for: the request's max tokens must be lowered to it.
  public let fittedOutput: TokenCount?

  /// All tokens held, for the receipt.
  public var tokens: TokenCount { input + output }

  init(slot: Int, input: Int64, output: Int64, asked: Int64) {
    assert(input >= 0 && (0...asked).contains(output), "\(input) input and \(output) of \(asked) output reserved")
    self.slot = slot
    self.input = TokenCount(input)
    self.output = TokenCount(output)
    fittedOutput = output < asked ? TokenCount(output) : nil
  }

  deinit { assertionFailure("reservation \(slot) was dropped: it must be settled or released") }

  consuming func close() -> Int {
    let place = slot
    discard self
    return place
  }
}

/// How a call was booked.
public struct Settlement: Hashable, Sendable {
  /// The provider's numbers contradict themselves or cannot be; they were booked within the limits of their type.
  public var isDisputed: Bool
  /// Budgets, if any, that the call cost more than it had reserved on.
  public var overdrawn: [BudgetName]
}
