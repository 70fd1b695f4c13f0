import Exchange
import Prices
import TestSupport
import Testing

@Suite struct TokenClassTests {
  /// Each token once, as plain numbers, classes without tokens left out.
  private func parts(_ usage: Usage) -> [TokenClass: Int64] {
    let tokens = ByClass(usage)
    return Dictionary(uniqueKeysWithValues: TokenClass.allCases.map { ($0, tokens[$0].value) }).filter { $0.value != 0 }
  }

  private func usage(
    _ input: Int64?, _ output: Int64?, total: Int64? = nil, cached: Int64? = nil, written: Int64? = nil,
    long: Int64? = nil, audioIn: Int64? = nil, audioOut: Int64? = nil, reasoning: Int64? = nil
  ) -> Usage {
    func count(_ number: Int64?) -> TokenCount? { number.map { TokenCount($0) } }
    var usage = Usage(
      input: count(input), output: count(output), reportedTotal: count(total), cachedInput: count(cached),
      cacheCreationInput: count(written), reasoning: count(reasoning))
    usage.longCacheCreationInput = count(long)
    usage.audioInput = count(audioIn)
    usage.audioOutput = count(audioOut)
    return usage
  }

  @Test func whatWasCachedIsTakenOutOfTheInput() {
    #expect(parts(usage(1000, 50)) == [.input: 1000, .output: 50])
    #expect(parts(usage(1000, 50, cached: 900)) == [.input: 100, .cachedInput: 900, .output: 50])
    #expect(
      parts(usage(1000, 50, cached: 300, written: 600, long: 200))
        == [.input: 100, .cachedInput: 300, .cacheWrite: 400, .longCacheWrite: 200, .output: 50])
  }

  @Test func soundIsTakenOutOfBothSides() {
    #expect(
      parts(usage(100, 50, audioIn: 40, audioOut: 30))
        == [.input: 60, .audioInput: 40, .output: 20, .audioOutput: 30])
    // Sound read from the cache is in both counts; the dearer one keeps it.
    #expect(parts(usage(100, 0, cached: 80, audioIn: 60)) == [.audioInput: 60, .cachedInput: 40])
  }

  @Test func reasoningIsOutputAlready() {
    #expect(parts(usage(10, 500, total: 510, reasoning: 480)) == [.input: 10, .output: 500])
  }

  /// Gemini's OpenAI endpoint counts thoughts in the total alone.
  @Test func whatOnlyTheTotalCountsIsOutput() {
    #expect(parts(usage(10, 20, total: 130)) == [.input: 10, .output: 120])
  }

  @Test func whatIsMissingFollowsFromTheTotal() {
    #expect(parts(usage(nil, 20, total: 130)) == [.input: 110, .output: 20])
    #expect(parts(usage(8, nil, total: 8)) == [.input: 8])
    #expect(parts(usage(nil, nil, total: 130)) == [.output: 130])
    #expect(parts(usage(nil, nil)) == [:])
  }

  @Test func partsThatAreMoreThanTheWholeAreCountedInFull() {
    #expect(parts(usage(10, 5, cached: 100, written: 50)) == [.cachedInput: 100, .cacheWrite: 50, .output: 5])
    #expect(parts(usage(10, 5, audioOut: 9)) == [.input: 10, .audioOutput: 5])
    #expect(parts(usage(10, 5, written: 3, long: 7)) == [.input: 3, .longCacheWrite: 7, .output: 5])
  }

  @Test func absurdCountsNeitherCrashNorGoBelowZero() {
    let counts: [Int64?] = [nil, .min, -1, 0, 1, .max]
    for input in counts {
      for output in counts {
        for other in counts {
          let tokens = ByClass(
            usage(input, output, total: other, cached: other, written: output, long: input, audioIn: other))
          #expect(TokenClass.allCases.allSatisfy { tokens[$0].value >= 0 })
        }
      }
    }
  }

  @Test func noTokenIsLostOrCountedTwice() {
    var generator = Seeded(1)
    for _ in 0..<2000 {
      let input = Int64.random(in: 0...1000, using: &generator)
      let output = Int64.random(in: 0...1000, using: &generator)
      let cached = Int64.random(in: 0...input, using: &generator)
      let written = Int64.random(in: 0...(input - cached), using: &generator)
      let tokens = ByClass(
        usage(
          input, output, cached: cached, written: written, long: .random(in: 0...written, using: &generator),
          audioIn: .random(in: 0...input, using: &generator), audioOut: .random(in: 0...output, using: &generator)))
      #expect(tokens.allInput == TokenCount(input))
      #expect(tokens[.output] + tokens[.audioOutput] == TokenCount(output))
    }
  }
}
