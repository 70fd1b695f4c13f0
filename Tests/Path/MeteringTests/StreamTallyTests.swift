import Exchange
import Metering
import Testing

/// Each test is the transcript of one stream.
@Suite struct StreamTallyTests {
  private let estimate = TokenCount(40)

  private func tokens(_ number: Int) -> TokenCount { TokenCount(number) }

  @Test func aReportIsTheWholeNotADifference() {
    var tally = StreamTally()
    tally.contentArrived(bytes: 400)
    tally.usageReported(Usage(input: tokens(10), output: tokens(3), reportedTotal: tokens(13)))
    tally.usageReported(Usage(input: tokens(10), output: tokens(7), reportedTotal: tokens(17)))
    #expect(tally.isReported)
    #expect(
      tally.usage(estimatedInput: estimate, isComplete: true)
        == Usage(input: tokens(10), output: tokens(7), reportedTotal: tokens(17)))
  }

  @Test func usageRepeatedInEveryChunkIsNotAdded() {
    var tally = StreamTally()
    for output in 1...100 {
      tally.contentArrived(bytes: 4)
      tally.usageReported(Usage(input: tokens(10), output: tokens(output)))
    }
    let usage = tally.usage(estimatedInput: estimate, isComplete: true)
    #expect(usage == Usage(input: tokens(10), output: tokens(100)))
    #expect(usage.total == tokens(110))
  }

  @Test func aStreamCutAfterItsLastReportCostsAtLeastWhatWasSeen() {
    var tally = StreamTally()
    tally.usageReported(Usage(input: tokens(10), output: tokens(1), reportedTotal: tokens(11)))
    for _ in 0..<25 { tally.contentArrived(bytes: 3) }
    let usage = tally.usage(estimatedInput: estimate, isComplete: false)
    #expect(usage == Usage(input: tokens(10), output: tokens(25), basis: .estimated))
    #expect(usage.total == tokens(35))
  }

  @Test func aStreamCutAfterAFullReportCostsNoLessThanReported() {
    var tally = StreamTally()
    tally.contentArrived(bytes: 4)
    tally.usageReported(Usage(input: tokens(10), output: tokens(500), reasoning: tokens(480)))
    #expect(
      tally.usage(estimatedInput: estimate, isComplete: false)
        == Usage(input: tokens(10), output: tokens(500), reasoning: tokens(480), basis: .estimated))
  }

  @Test func whatNobodyReportedIsCountedFromWhatFlowed() {
    var manySmall = StreamTally()
    for _ in 0..<30 { manySmall.contentArrived(bytes: 1) }
    #expect(
      manySmall.usage(estimatedInput: estimate, isComplete: true)
        == Usage(input: estimate, output: tokens(30), basis: .estimated))
    var oneLarge = StreamTally()
    oneLarge.contentArrived(bytes: 401)
    #expect(
      oneLarge.usage(estimatedInput: estimate, isComplete: true)
        == Usage(input: estimate, output: tokens(101), basis: .estimated))
  }

  @Test func aStreamThatBroughtNothingCostsItsInput() {
    let tally = StreamTally()
    #expect(!tally.isReported)
    for isComplete in [true, false] {
      #expect(
        tally.usage(estimatedInput: estimate, isComplete: isComplete)
          == Usage(input: estimate, output: .zero, basis: .estimated))
    }
  }

  @Test func aLaterReportNeverTakesBackWhatAnEarlierOneSaid() {
    var tally = StreamTally()
    tally.usageReported(Usage(input: tokens(25), output: tokens(1), cachedInput: tokens(5)))
    tally.contentArrived(bytes: 9)
    tally.usageReported(Usage(output: tokens(15), reasoning: tokens(2)))
    #expect(
      tally.usage(estimatedInput: estimate, isComplete: true)
        == Usage(input: tokens(25), output: tokens(15), cachedInput: tokens(5), reasoning: tokens(2)))
  }

  @Test func noClassOfTokensIsForgottenByALaterReport() {
    var whole = Usage(
      input: tokens(90), output: tokens(9), reportedTotal: tokens(99), cachedInput: tokens(10),
      cacheCreationInput: tokens(20), reasoning: tokens(3))
    whole.longCacheCreationInput = tokens(5)
    whole.audioInput = tokens(6)
    whole.audioOutput = tokens(4)
    var tally = StreamTally()
    tally.usageReported(whole)
    tally.usageReported(Usage(output: tokens(9), reportedTotal: tokens(99)))
    #expect(tally.usage(estimatedInput: estimate, isComplete: true) == whole)
  }

  @Test func aReportOfInputAloneDoesNotSettleTheOutput() {
    var tally = StreamTally()
    tally.usageReported(Usage(input: tokens(25)))
    #expect(!tally.isReported)
    for _ in 0..<6 { tally.contentArrived(bytes: 2) }
    #expect(
      tally.usage(estimatedInput: estimate, isComplete: true)
        == Usage(input: tokens(25), output: tokens(6), basis: .estimated))
  }

  @Test func aTotalAloneIsAReport() {
    var tally = StreamTally()
    tally.contentArrived(bytes: 100)
    tally.usageReported(Usage(reportedTotal: tokens(12)))
    #expect(tally.isReported)
    #expect(tally.usage(estimatedInput: estimate, isComplete: true).total == tokens(12))
    // Cut off, the total no longer stands for the whole stream.
    #expect(tally.usage(estimatedInput: estimate, isComplete: false).total == tokens(40 + 25))
  }
}
