import JSON
import Reactor
import TestSupport
import Testing

@testable import Control

@Suite struct BacklogTests {
  init() { #expect(LoopThread.started) }

  @Test @EventLoop func statesAreMergedIntoOne() {
    var backlog = Backlog(.newest { ["sum": .integer($0["sum"]!.integer! + $1["sum"]!.integer!)] })
    #expect(backlog.next() == nil)
    for number in 1...4 { backlog.offer(Update(["sum": .integer(Int64(number))])) }
    #expect(backlog.next()?.json == ["sum": 10])
    #expect(backlog.next() == nil)
    backlog.offer(Update(["sum": 5]))
    #expect(backlog.next()?.json == ["sum": 5])
  }

  @Test @EventLoop func anUpdateThatWaitsForNobodyIsTheOneThatWasOffered() {
    var backlog = Backlog(.newest { $1 })
    let update = Update(["x": 1])
    backlog.offer(update)
    #expect(backlog.next() === update, "so that its bytes are shared by all who get it")
  }

  @Test @EventLoop func eventsThatDoNotFitAreCountedWhereTheyAreMissing() {
    var backlog = Backlog(.events { ["missed": .integer(Int64($0))] })
    for number in 0..<(ControlLimits.eventsMax + 7) { backlog.offer(Update(["n": .integer(Int64(number))])) }
    for number in 0..<ControlLimits.eventsMax { #expect(backlog.next()?.json == ["n": .integer(Int64(number))]) }
    // There is room again, but the gap has not been told.
    backlog.offer(Update(["n": -1]))
    #expect(backlog.next()?.json == ["missed": 8])
    backlog.offer(Update(["n": -2]))
    #expect(backlog.next()?.json == ["n": -2])
    #expect(backlog.next() == nil)
  }

  @Test @EventLoop func eventsAreBoundedInBytesToo() {
    var backlog = Backlog(.events { ["missed": .integer(Int64($0))] })
    let large: JSONValue = ["text": .string(String(repeating: "x", count: ControlLimits.eventBytesMax / 2))]
    for _ in 0..<5 { backlog.offer(Update(large)) }
    #expect(backlog.next()?.json == large)
    #expect(backlog.next()?.json == ["missed": 4])
    #expect(backlog.next() == nil)
  }
}
