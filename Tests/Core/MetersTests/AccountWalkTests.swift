import Testing

@testable import Meters

@Suite final class AccountWalkTests {
  private var walk = AccountWalk()

  private func step(_ places: [Int], atMost countMax: Int) -> [String] {
    walk.step(through: places.enumerated().map { (budget: $0 + 10, places: $1) }, atMost: countMax).map {
      "\($0.budget).\($0.key)"
    }
  }

  @Test func `a walk goes round in steps and comes by every place once a round`() {
    #expect(step([2, 0, 3], atMost: 2) == ["10.0", "10.1"])
    #expect(step([2, 0, 3], atMost: 2) == ["12.0", "12.1"])
    #expect(step([2, 0, 3], atMost: 2) == ["12.2", "10.0"])
  }

  @Test func `one step visits no place twice`() {
    #expect(step([1, 2], atMost: 100) == ["10.0", "11.0", "11.1"])
    #expect(step([1, 2], atMost: 2) == ["10.0", "11.0"])
    #expect(step([1, 2], atMost: 100) == ["11.1", "10.0", "11.0"])
  }

  @Test func `places and budgets may go between two steps`() {
    #expect(step([5, 5], atMost: 8).last == "11.2")
    #expect(step([5, 2], atMost: 2) == ["10.0", "10.1"])
    #expect(step([1], atMost: 5) == ["10.0"])
    #expect(step([], atMost: 5) == [])
    #expect(step([0, 0], atMost: 5) == [])
    #expect(step([1], atMost: 0) == [])
  }
}
