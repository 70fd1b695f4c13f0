import Exchange
import TestSupport
import Testing

@testable import Admission

@Suite struct InputEstimateTests {
  private let model = ModelName("gpt-4o")

  @Test func aModelStartsAtOneTokenPerTwoBytesRoundedUp() {
    let estimate = InputEstimate()
    #expect(estimate.bound(model, bytes: 0) == .zero)
    #expect(estimate.bound(model, bytes: 1) == TokenCount(1))
    #expect(estimate.bound(model, bytes: 1001) == TokenCount(501))
    #expect(estimate.bound(model, bytes: .max) == TokenCount(Int64.max / 1024))
  }

  @Test func theBoundComesDownOnlyAfterEnoughReportsAndKeepsAMargin() {
    let estimate = InputEstimate()
    for _ in 0..<15 { estimate.learned(model, bytes: 2048, tokens: TokenCount(512)) }
    #expect(estimate.bound(model, bytes: 2048) == TokenCount(1024))
    estimate.learned(model, bytes: 2048, tokens: TokenCount(400))
    #expect(estimate.bound(model, bytes: 2048) == TokenCount(576))
    #expect(estimate.bound(ModelName("other"), bytes: 2048) == TokenCount(1024))
  }

  @Test func whatIsLikelyIsAFourthOfTheBytesUntilSomethingIsReported() {
    let estimate = InputEstimate()
    #expect(estimate.likely(model, bytes: 0) == TokenCount(1))
    #expect(estimate.likely(model, bytes: 2048) == TokenCount(512))
    estimate.learned(model, bytes: 2048, tokens: TokenCount(300))
    #expect(estimate.likely(model, bytes: 2048) == TokenCount(300))
    #expect(estimate.likely(ModelName("other"), bytes: 2048) == TokenCount(512))
  }

  @Test func itIsNeverBelowWhatWasReportedForTheSameSize() {
    let estimate = InputEstimate()
    var random = Seeded(3)
    var highest: [Int: Int] = [:]
    for _ in 0..<5000 {
      let bytes = Int.random(in: 1...100_000, using: &random)
      let tokens = Int.random(in: 1...bytes, using: &random)
      estimate.learned(model, bytes: bytes, tokens: TokenCount(tokens))
      highest[bytes] = max(highest[bytes] ?? 0, tokens)
      #expect(estimate.bound(model, bytes: bytes).value >= Int64(highest[bytes] ?? 0))
    }
    let low = highest.filter { estimate.bound(model, bytes: $0.key).value < Int64($0.value) }
    #expect(low.isEmpty)
  }

  @Test func whatAProviderAddsToShortRequestsDoesNotPriceLongOnes() {
    let estimate = InputEstimate()
    for _ in 0..<20 { estimate.learned(model, bytes: 100, tokens: TokenCount(300)) }
    #expect(estimate.bound(model, bytes: 100) >= TokenCount(300))
    #expect(estimate.bound(model, bytes: 1_000_000) == TokenCount(500_000))
  }

  @Test func anAbsurdReportIsNotLearnedFrom() {
    let estimate = InputEstimate()
    estimate.learned(model, bytes: 1000, tokens: TokenCount(1_000_000_000_000_000_000))
    estimate.learned(model, bytes: 1000, tokens: TokenCount(-5))
    estimate.learned(model, bytes: 0, tokens: TokenCount(5))
    #expect(estimate.bound(model, bytes: 1000) == TokenCount(500))
  }

  @Test func modelsBeyondTheBoundShareOneRatioThatStaysConservative() {
    let estimate = InputEstimate()
    for number in 0..<Limits.modelsMax { estimate.learned(ModelName("m\(number)"), bytes: 1024, tokens: TokenCount(1)) }
    estimate.learned(model, bytes: 1024, tokens: TokenCount(2048))
    #expect(estimate.bound(model, bytes: 1024) >= TokenCount(2048))
    #expect(estimate.bound(ModelName("m1"), bytes: 1024) == TokenCount(512))
  }
}
