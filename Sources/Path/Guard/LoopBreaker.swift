// LoopBreaker: stops an agent that asks the same again and again, before its budget is gone.

import Exchange

/// Counts how often each prompt of each payer came lately. One that comes more often than allowed is refused for a
/// while; other prompts, and the same prompt of others, pass.
///
/// Memory is one table of a fixed size. Of the places a prompt may stand in, a new one takes that which counts least, so a
/// flood of prompts that come once drives out no loop. What is driven out is counted anew: it passes, it is never refused
/// by mistake. Time is cut into eighths of `within`, and the last eight count: what came may be forgotten up to an eighth
/// too early, never too late.
public struct LoopBreaker: Sendable {
  public enum Verdict: Hashable, Sendable {
    case passes
    /// Refused, and from now on for this long. Told once; after it the prompt is `cooling`.
    case tripped(coolDownMs: Int64)
    /// Refused for so long still.
    case cooling(leftMs: Int64)
  }

  public enum Limits {
    /// Prompts remembered at once; each takes about 50 bytes.
    public static let promptsMax = 16_384
    /// Places one prompt may stand in.
    static let ways = 8
  }

  /// A prompt of a payer and how often it came.
  private struct Entry {
    var prompt: PromptFingerprint?
    /// Passed in each of the last eight slots; a slot's number modulo eight is its index.
    var counts: InlineArray<8, UInt16> = .init(repeating: 0)
    var slot: UInt64 = 0
    var coolUntil = MonotonicTime(nanoseconds: 0)

    /// Forgets what came before the last eight slots.
    mutating func advance(to now: UInt64) {
      guard now > slot else { return }
      for step in 1...min(8, now - slot) { counts[Int((slot + step) & 7)] = 0 }
      slot = now
    }

    var count: Int {
      var sum = 0
      for index in counts.indices { sum += Int(counts[index]) }
      return sum
    }
  }

  private let repeats: Int
  private let slotNs: UInt64
  private let coolDownMs: Int64
  private var entries = [Entry](repeating: Entry(), count: Limits.promptsMax)

  /// - Parameter repeats: how often a prompt may come within `withinMs`; at most 65,535.
  public init(repeats: Int, withinMs: Int64, coolDownMs: Int64) {
    precondition((1...Int(UInt16.max)).contains(repeats), "a prompt may come \(repeats) times")
    self.repeats = repeats
    slotNs = UInt64(max(1, withinMs)) * 1_000_000 / 8
    self.coolDownMs = coolDownMs
  }

  /// A prompt has come.
  public mutating func came(_ prompt: PromptFingerprint, at now: MonotonicTime) -> Verdict {
    let slot = now.nanoseconds / slotNs
    let place = place(of: prompt, in: slot, at: now)
    entries[place].advance(to: slot)
    if entries[place].coolUntil > now {
      return .cooling(leftMs: Int64((entries[place].coolUntil.nanoseconds - now.nanoseconds + 999_999) / 1_000_000))
    }
    if entries[place].count < repeats {
      entries[place].counts[Int(slot & 7)] += 1
      return .passes
    }
    // After the cool-down it may come as often again.
    entries[place].counts = .init(repeating: 0)
    entries[place].coolUntil = now.advanced(byMs: coolDownMs)
    return .tripped(coolDownMs: coolDownMs)
  }

  /// Where the prompt stands. A new one takes the place that counts least, and of those the one unused for longest.
  private mutating func place(of prompt: PromptFingerprint, in slot: UInt64, at now: MonotonicTime) -> Int {
    let first = Int(prompt.bits % UInt64(Limits.promptsMax / Limits.ways)) * Limits.ways
    var least = (worth: Int.max, slot: UInt64.max, place: first)
    for place in first..<first + Limits.ways {
      var entry = entries[place]
      if entry.prompt == prompt { return place }
      entry.advance(to: slot)
      let worth = entry.coolUntil > now ? repeats : entry.count
      if (worth, entries[place].slot) < (least.worth, least.slot) { least = (worth, entries[place].slot, place) }
    }
    entries[least.place] = Entry(prompt: prompt, slot: slot)
    return least.place
  }
}
