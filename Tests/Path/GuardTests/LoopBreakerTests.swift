import Exchange
import Testing

@testable import Guard

/// Three times within eight minutes, then refused for one minute.
@Suite final class LoopBreakerTests {
  private var breaker = LoopBreaker(repeats: 3, withinMs: 480_000, coolDownMs: 60_000)

  private func came(_ prompt: UInt64, at seconds: Int64) -> LoopBreaker.Verdict {
    breaker.came(PromptFingerprint(prompt), at: MonotonicTime(nanoseconds: 0).advanced(byMs: seconds * 1000))
  }

  @Test func `as many as allowed pass, the next one trips, and the cool-down counts down`() {
    #expect(came(1, at: 100) == .passes)
    #expect(came(1, at: 101) == .passes)
    #expect(came(1, at: 102) == .passes)
    #expect(came(1, at: 103) == .tripped(coolDownMs: 60_000))
    #expect(came(1, at: 104) == .cooling(leftMs: 59_000))
    #expect(came(1, at: 162) == .cooling(leftMs: 1_000))
  }

  @Test func `after the cool-down the same may come as often again`() {
    for at in 100...102 { #expect(came(1, at: Int64(at)) == .passes) }
    #expect(came(1, at: 103) == .tripped(coolDownMs: 60_000))
    for at in 163...165 { #expect(came(1, at: Int64(at)) == .passes) }
    #expect(came(1, at: 166) == .tripped(coolDownMs: 60_000))
  }

  @Test func `other prompts pass meanwhile`() {
    for at in 100...103 { _ = came(1, at: Int64(at)) }
    #expect(came(2, at: 104) == .passes)
    #expect(came(1, at: 105) == .cooling(leftMs: 58_000))
  }

  @Test func `what came longer ago than the time does not count`() {
    #expect(came(1, at: 60) == .passes)
    for at in [200, 400, 541] { #expect(came(1, at: Int64(at)) == .passes) }
    #expect(came(1, at: 542) == .tripped(coolDownMs: 60_000))
  }

  @Test func `at an even pace below the allowed one nothing ever trips`() {
    for turn in 0..<1_000 { #expect(came(1, at: Int64(turn) * 161) == .passes) }
  }

  @Test func `a long silence forgets everything`() {
    for at in 100...102 { #expect(came(1, at: Int64(at)) == .passes) }
    #expect(came(1, at: 1_000_000_000) == .passes)
  }

  @Test func `a flood of prompts that come once drives out no loop`() {
    var tripped = false
    for turn in 0..<4 as Range<UInt64> {
      tripped = came(1, at: 100 + Int64(turn)) == .tripped(coolDownMs: 60_000)
      // After its first time the loop counts no more than the flood: it must come again before as many others.
      let others: UInt64 = turn == 0 ? 1_000 : 20_000
      for other in 0..<others { _ = came(1_000 + turn * others * 8 + other, at: 100 + Int64(turn)) }
    }
    #expect(tripped)
    #expect(came(1, at: 104) == .cooling(leftMs: 59_000))
  }

  @Test func `a time of a millisecond and a cool-down of none are kept`() {
    breaker = LoopBreaker(repeats: 1, withinMs: 1, coolDownMs: 0)
    #expect(came(1, at: 1) == .passes)
    #expect(came(1, at: 1) == .tripped(coolDownMs: 0))
    #expect(came(1, at: 1) == .passes)
    #expect(came(1, at: 2) == .passes)
  }
}
