import Client
import Exchange
import Testing
import Upstream

@testable import Gateway

/// What happens to streams, told as transcripts.
@Suite struct StreamMachineTests {
  private static let role = StreamPiece()
  private static let word = StreamPiece(contentBytes: 8)
  private static let stop = StreamPiece(finishes: true)
  private static let done = StreamPiece(isLast: true)
  private static let overloaded = Fault(
    party: .provider, status: 529, type: "server_error", code: "overloaded", message: "Busy.", trigger: .rateLimit)

  private func usage(_ input: Int, _ output: Int) -> Usage {
    Usage(input: TokenCount(input), output: TokenCount(output))
  }

  /// A stream whose budget counts no output.
  private func free() -> StreamMachine { StreamMachine(hold: nil, mustFinish: true) }

  private func booked(_ machine: StreamMachine, stopsWhenLeft: Bool = true) -> Usage? {
    machine.usage(estimatedInput: TokenCount(100), stopsWhenLeft: stopsWhenLeft)
  }

  // MARK: the commit window

  @Test func aStreamIsHeldUntilItHasContentAndThenFlows() {
    var stream = free()
    #expect(stream.came(Self.role) == .takeNext)
    #expect(stream.ranDry(heldBytes: 90) == .readOn)
    #expect(stream.state == .holding)
    #expect(stream.came(Self.word) == .takeNext)
    #expect(stream.came(Self.word) == .takeNext)
    #expect(stream.ranDry(heldBytes: 250) == .send)
    #expect(stream.state == .committed)
    #expect(stream.ranDry(heldBytes: 0) == .readOn)
    #expect(stream.came(Self.stop) == .takeNext)
    #expect(stream.came(StreamPiece(usage: usage(7, 3))) == .takeNext)
    #expect(stream.came(Self.done) == .end)
    #expect(stream.state == .ended(.finished))
    #expect(booked(stream) == usage(7, 3))
  }

  @Test func aStreamThatGoesOnAndOnWithoutContentIsLetThrough() {
    var stream = free()
    #expect(stream.ranDry(heldBytes: 256 * 1024) == .readOn)
    #expect(stream.ranDry(heldBytes: 256 * 1024 + 1) == .send)
    #expect(stream.came(Self.done) == .end)
    #expect(stream.state == .ended(.failed(.silent, hadBegun: true)))
  }

  @Test func anErrorBeforeContentIsForTheNextCandidateAndCostsNothing() {
    var stream = free()
    #expect(stream.came(Self.role) == .takeNext)
    #expect(stream.providerFailed(Self.overloaded, nil) == .end)
    #expect(stream.state == .ended(.failed(.told(Self.overloaded), hadBegun: false)))
    #expect(booked(stream) == nil)
  }

  @Test func whatAFailedStreamReportedIsBookedAsItWasReported() {
    var early = free()
    #expect(early.came(StreamPiece(usage: usage(10, 1))) == .takeNext)
    #expect(early.providerFailed(Self.overloaded, nil) == .end)
    #expect(booked(early) == usage(10, 1))
    var late = free()
    #expect(late.came(Self.word) == .takeNext)
    #expect(late.providerFailed(Self.overloaded, usage(10, 9)) == .end)
    #expect(booked(late) == usage(10, 9))
  }

  @Test func anErrorAfterContentIsTheAgentsToHear() {
    var stream = free()
    #expect(stream.came(Self.word) == .takeNext)
    #expect(stream.ranDry(heldBytes: 50) == .send)
    #expect(stream.providerFailed(Self.overloaded, nil) == .end)
    #expect(stream.state == .ended(.failed(.told(Self.overloaded), hadBegun: true)))
    #expect(booked(stream) == Usage(input: TokenCount(100), output: TokenCount(2), basis: .estimated))
  }

  // MARK: how a stream ends

  @Test func aStreamThatSaysNothingIsNoAnswer() {
    for end in [{ (stream: inout StreamMachine) in stream.came(Self.done) }, { $0.replyEnded() }] {
      var stream = free()
      #expect(stream.came(Self.role) == .takeNext)
      #expect(end(&stream) == .end)
      #expect(stream.state == .ended(.failed(.silent, hadBegun: false)))
      #expect(booked(stream) == nil)
    }
  }

  @Test func anAnswerMayBeEmptyWhereItIsSaidWhy() {
    var stream = free()
    #expect(stream.came(Self.stop) == .takeNext)
    #expect(stream.ranDry(heldBytes: 90) == .send)
    #expect(stream.replyEnded() == .end)
    #expect(stream.state == .ended(.finished))
  }

  @Test func aStreamThatEndsInTheMiddleIsBrokenOff() {
    var stream = free()
    #expect(stream.came(Self.word) == .takeNext)
    #expect(stream.replyEnded() == .end)
    let cut = ClientFault.broken("it ended before it was complete")
    #expect(stream.state == .ended(.failed(.connection(cut), hadBegun: false)))
  }

  @Test func aStreamThatNobodyKnowsMayEndAsItLikes() {
    var stream = StreamMachine(hold: nil, mustFinish: false)
    #expect(stream.came(Self.role) == .takeNext)
    #expect(stream.replyEnded() == .end)
    #expect(stream.state == .ended(.finished))
  }

  @Test func nonsenseCostsWhatWasSaidBeforeIt() {
    var stream = free()
    #expect(stream.madeNoSense("an event of its stream is not JSON") == .end)
    #expect(booked(stream) == nil)
    var later = free()
    #expect(later.came(Self.word) == .takeNext)
    #expect(later.madeNoSense("an event of its stream is not JSON") == .end)
    #expect(booked(later) == Usage(input: TokenCount(100), output: TokenCount(2), basis: .estimated))
  }

  @Test func whatAStalledProviderThoughtNobodyCanTell() {
    var stalled = free()
    #expect(stalled.broke(.timedOut(.idle, afterMs: 5)) == .end)
    #expect(booked(stalled) == Usage(input: TokenCount(100), basis: .estimated), "all it may have")
  }

  // MARK: the agent leaves

  @Test func anAgentThatLeavesIsHeardOutAndThenForgotten() {
    var stream = free()
    #expect(stream.came(Self.word) == .takeNext)
    #expect(stream.ranDry(heldBytes: 50) == .send)
    #expect(stream.agentLeft(drains: false) == .hearOut)
    #expect(stream.came(Self.word) == .takeNext)
    #expect(stream.ranDry(heldBytes: 50) == .drop)
    #expect(stream.broke(.broken("it closed")) == .end)
    #expect(stream.state == .ended(.left))
    #expect(booked(stream) == Usage(input: TokenCount(100), output: TokenCount(4), basis: .estimated))
    #expect(booked(stream, stopsWhenLeft: false)?.output == nil, "it goes on without us")
  }

  @Test func aReplyThatIsDrainedIsReadToItsEnd() {
    var stream = free()
    #expect(stream.agentLeft(drains: true) == .drop)
    #expect(stream.came(Self.word) == .takeNext)
    #expect(stream.ranDry(heldBytes: 50) == .drop)
    #expect(stream.came(StreamPiece(usage: usage(7, 2), finishes: true)) == .takeNext)
    #expect(stream.replyEnded() == .end)
    #expect(stream.state == .ended(.finished))
    #expect(booked(stream) == usage(7, 2))
  }

  @Test func aDrainWhoseTimeIsUpIsLeftLikeAnyOther() {
    var stream = free()
    #expect(stream.came(Self.word) == .takeNext)
    #expect(stream.agentLeft(drains: true) == .drop)
    #expect(stream.agentLeft(drains: false) == .hearOut)
    #expect(stream.agentLeft(drains: false) == .end)
    #expect(stream.state == .ended(.left))
  }

  // MARK: the budget ends

  @Test func aProviderThatDoesNotKeepItsBoundIsCutAtOnce() {
    var stream = StreamMachine(hold: StreamHold(TokenCount(10), grows: false), mustFinish: true)
    #expect(stream.came(StreamPiece(contentBytes: 80)) == .takeNext)
    #expect(stream.came(StreamPiece(contentBytes: 80)) == .end)
    #expect(stream.state == .ended(.cut))
    #expect(booked(stream) == Usage(input: TokenCount(100), output: TokenCount(40), basis: .estimated))
  }

  @Test func aStreamWithoutABoundWaitsOnceForLeasesAndIsThenHeardOut() {
    var stream = StreamMachine(hold: StreamHold(TokenCount(100), grows: true), mustFinish: true)
    #expect(stream.came(StreamPiece(contentBytes: 400)) == .grow(TokenCount(4096)))
    #expect(stream.grew(by: .zero) == .awaitLeases)
    #expect(stream.waited() == .grow(TokenCount(4096)))
    #expect(stream.grew(by: .zero) == .hearOut)
    #expect(stream.state == .hearingOut(then: .cut))
    #expect(stream.came(Self.word) == .takeNext, "what was on its way is counted and not held for")
    #expect(stream.replyEnded() == .end)
    #expect(stream.state == .ended(.cut))
    #expect(booked(stream)?.output == TokenCount(102))
  }

  @Test func leasesThatCameInTimeLetItGoOn() {
    var stream = StreamMachine(hold: StreamHold(TokenCount(100), grows: true), mustFinish: true)
    #expect(stream.came(StreamPiece(contentBytes: 400)) == .grow(TokenCount(4096)))
    #expect(stream.grew(by: .zero) == .awaitLeases)
    #expect(stream.waited() == .grow(TokenCount(4096)))
    #expect(stream.grew(by: TokenCount(4096)) == .takeNext)
    #expect(stream.state == .holding)
  }

  @Test func aStreamThatHasFinishedIsNotCut() {
    var stream = StreamMachine(hold: StreamHold(TokenCount(1), grows: false), mustFinish: true)
    #expect(stream.came(StreamPiece(contentBytes: 80, finishes: true)) == .takeNext)
    #expect(stream.came(Self.done) == .end)
    #expect(stream.state == .ended(.finished))
  }
}
