// Ask: what a call may cost at most, and what admission answers.
import Exchange
import Meters

/// The worst this call can cost, before it is sent.
public struct Ask: Hashable, Sendable {
  /// The least output a call is fitted to, unless the policy says otherwise.
  public static let outputFloor = TokenCount(256)

  /// No fewer tokens than the provider will count for the request.
  public var input: TokenCount
  /// The most tokens the reply can have: max tokens, times the number of choices asked for.
  public var output: TokenCount
  /// Fewer output tokens will do, down to this many (for all choices together); nil: all or nothing.
  public var outputFloor: TokenCount?

  public init(input: TokenCount, output: TokenCount, outputFloor: TokenCount? = Ask.outputFloor) {
    self.input = TokenCount(max(0, input.value))
    self.output = TokenCount(max(0, output.value))
    self.outputFloor = outputFloor
  }

  /// The fewest output tokens that are worth asking a provider for.
  var outputLeast: Int64 { outputFloor.map { min(output.value, max(0, $0.value)) } ?? output.value }

  /// Units of `unit` the call takes if its reply may have `output` tokens.
  @inline(__always)
  func units(of unit: BudgetRule.Unit, output: Int64) -> Int64 {
    switch unit {
    case .totalTokens: saturatingSum(input.value, output)
    case .inputTokens: input.value
    case .outputTokens: output
    case .requests: 1
    }
  }
}

/// What admission answers to an ask.
public enum Verdict: ~Copyable {
  /// Every budget that applies holds the price of the ask until the reservation is settled or released.
  case admitted(Reservation)
  /// A budget has no room for it; nothing is held.
  case refused(Refusal)
  /// There is room, but not under what is durable: write these marks, call `granted`, ask again. Nothing is held.
  case needsLease([MeterMark])
  /// The same for shared budgets: send these wishes to the authority, call `granted`, ask again. Nothing is held.
  case needsCredit([LeaseWish])
  /// Other holders have been asked to give back what they do not need. Asking again after so many milliseconds may get
  /// another answer; a caller that does not want to wait any longer takes the refusal.
  case recalled(Refusal, afterMs: Int64)
}

/// The price of one call, held on every budget that applies. It must be given back to `Admission.settle` or
/// `Admission.release`, once: the compiler refuses a second time, and a reservation that is dropped traps in debug.
public struct Reservation: ~Copyable {
  /// Its place among the open calls.
  let slot: Int
  /// Held for the request.
  public let input: TokenCount
  /// Held for the reply: the most tokens the provider may be asked for, all choices together.
  public let output: TokenCount
  /// Set when `output` is less than was asked for: the request's max tokens must be lowered to it.
  public let fittedOutput: TokenCount?

  /// All tokens held, for the receipt.
  public var tokens: TokenCount { input + output }

  init(slot: Int, input: Int64, output: Int64, asked: Int64) {
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
