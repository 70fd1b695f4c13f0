import Exchange
import Testing

@testable import Gateway

@Suite struct StreamHoldTests {
  private func flowed(_ hold: inout StreamHold, _ tokens: Int) -> StreamHold.Action {
    hold.flowed(atLeast: TokenCount(tokens / 2), seen: TokenCount(tokens))
  }

  @Test func aBoundThatWasSentIsKeptToAndOneWhoDoesNotKeepItIsCut() {
    var hold = StreamHold(TokenCount(100), grows: false)
    #expect(flowed(&hold, 100) == .goOn)
    #expect(flowed(&hold, 200) == .goOn)
    #expect(flowed(&hold, 202) == .cut)
  }

  @Test func aStreamWithoutABoundGrowsAheadOfItsFlow() {
    var hold = StreamHold(TokenCount(4096), grows: true)
    #expect(flowed(&hold, 3071) == .goOn)
    #expect(flowed(&hold, 3072) == .grow(TokenCount(4096)))
    hold.grew(by: TokenCount(4096), seen: TokenCount(3072))
    #expect(hold.held == TokenCount(8192))
    #expect(flowed(&hold, 7167) == .goOn)
    #expect(flowed(&hold, 7168) == .grow(TokenCount(4096)))
  }

  @Test func whereNothingIsLeftItIsAskedForAgainAndThenCutWithRoomForWhatIsOnItsWay() {
    var hold = StreamHold(TokenCount(4096), grows: true)
    var asked = 0
    var end = 0
    for seen in 0...4096 {
      let action = flowed(&hold, seen)
      if case .grow = action {
        asked += 1
        hold.grew(by: .zero, seen: TokenCount(seen))
      }
      if action == .cut {
        end = seen
        break
      }
    }
    #expect(end == 4096 - 512)
    #expect(asked == 8)
  }

  @Test func oneLargeEventIsGrownForBeforeItIsCut() {
    var hold = StreamHold(TokenCount(600), grows: true)
    #expect(flowed(&hold, 9000) == .grow(TokenCount(4096)))
    hold.grew(by: TokenCount(4096), seen: TokenCount(9000))
    #expect(flowed(&hold, 9000) == .grow(TokenCount(4096)))
    hold.grew(by: .zero, seen: TokenCount(9000))
    #expect(flowed(&hold, 9000) == .cut)
  }

  @Test func growthThatComesLateIsTaken() {
    var hold = StreamHold(TokenCount(4096), grows: true)
    #expect(flowed(&hold, 3072) == .grow(TokenCount(4096)))
    hold.grew(by: .zero, seen: TokenCount(3072))
    #expect(flowed(&hold, 3100) == .goOn)
    #expect(flowed(&hold, 3136) == .grow(TokenCount(4096)))
    hold.grew(by: TokenCount(10), seen: TokenCount(3136))
    #expect(flowed(&hold, 3137) == .grow(TokenCount(4096)))
  }
}
