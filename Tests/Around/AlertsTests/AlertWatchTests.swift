import Exchange
import Meters
import Policy
import Testing

@testable import Alerts

@Suite struct AlertWatchTests {
  private let cap = "cap: {limit: 1000 tokens/day, alertAt: [0.5, 0.8]}"

  @Test func `each threshold is told once in a window, at its very unit`() throws {
    let house = try House(cap)
    #expect(house.tells(499, at: time(1)) == [])
    #expect(house.tells(500, at: time(2)) == ["cap 0.5"])
    #expect(house.tells(799, at: time(3)) == [])
    #expect(house.tells(800, at: time(4)) == ["cap 0.8"])
    #expect(house.tells(1000, at: time(5)) == [])
  }

  @Test func `a jump over several thresholds tells each of them, the lowest first`() throws {
    let house = try House(cap)
    #expect(house.tells(990, at: time(1)) == ["cap 0.5", "cap 0.8"])
  }

  @Test func `what was given back and spent again is not told again`() throws {
    let house = try House(cap)
    #expect(house.tells(600, at: time(1)) == ["cap 0.5"])
    #expect(house.tells(100, at: time(2)) == [])
    #expect(house.tells(600, at: time(3)) == [])
  }

  @Test func `the next window tells anew`() throws {
    let house = try House(cap)
    #expect(house.tells(600, at: time(23, 59, 59)) == ["cap 0.5"])
    #expect(house.tells(600, at: time(24)) == ["cap 0.5"])
  }

  @Test func `every account of a split budget is told of by itself`() throws {
    let house = try House("cap: {per: \"header:x-user-id\", limit: 1000 tokens/day, alertAt: 0.5}")
    #expect(house.tells(600, user: "alice", at: time(1)) == ["cap 0.5"])
    #expect(house.tells(600, user: "bob", at: time(1)) == ["cap 0.5"])
    #expect(house.tells(700, user: "alice", at: time(2)) == [])
  }

  @Test func `a threshold that comes with a new policy is told at once, those that stay are not`() throws {
    let house = try House(cap)
    #expect(house.tells(600, at: time(1)) == ["cap 0.5"])
    try house.replace("cap: {limit: 1000 tokens/day, alertAt: [0.5, 0.55]}")
    #expect(house.tells(600, at: time(2)) == ["cap 0.55"])
  }

  @Test func `a budget without alerts is not watched`() throws {
    let house = try House(cap + ", quiet: {limit: 5 tokens/day}")
    #expect(house.watch.budgets == [BudgetName("cap")])
    #expect(house.tells(1000, of: "quiet", at: time(1)) == [])
    #expect(house.tells(1000, of: "unknown", at: time(1)) == [])
  }

  @Test func `a limit at the end of the numbers and a use beyond it are told of`() throws {
    let house = try House(cap)
    let all = house.look(reading(.max, limit: .max, at: time(1)), at: time(1))
    #expect(all.map(\.threshold) == ["0.5", "0.8"])
    #expect(house.look(reading(0, limit: 0, at: time(25)), at: time(25)).isEmpty)
    #expect(all[0].message.hasPrefix("Budget cap has used 100 % of its limit; alertAt is 0.5."))
  }

  @Test func `what the last process told is not told again, and what it did not is`() throws {
    let before = try House(cap)
    #expect(before.tells(600, at: time(1)) == ["cap 0.5"])
    let after = try House(cap, told: before.watch.told(at: time(2)))
    #expect(after.tells(850, at: time(3)) == ["cap 0.8"])
    let without = try House(cap)
    #expect(without.tells(600, at: time(3)) == ["cap 0.5"])
  }

  @Test func `what was told of a window that has ended is not remembered`() throws {
    let house = try House(cap)
    #expect(house.tells(600, at: time(1)) == ["cap 0.5"])
    #expect(house.watch.told(at: time(23)).count == 1)
    #expect(house.watch.told(at: time(24)).isEmpty)
  }

  @Test func `accounts beyond the bound are overlooked until others have ended`() throws {
    let house = try House("cap: {per: \"header:x-user-id\", limit: 1000 tokens/day, alertAt: 0.5}")
    for user in 0..<AlertLimits.accountsMax { #expect(house.tells(900, user: "\(user)", at: time(1)).count == 1) }
    #expect(house.tells(900, user: "one more", at: time(2)) == [])
    #expect(house.watch.overlooked == 1)
    #expect(house.tells(900, user: "one more", at: time(24)) == ["cap 0.5"])
  }

  @Test func `accounts far from their limits take no room`() throws {
    let house = try House("cap: {per: \"header:x-user-id\", limit: 1000 tokens/day, alertAt: 0.5}")
    for user in 0...AlertLimits.accountsMax { #expect(house.tells(499, user: "\(user)", at: time(1)) == []) }
    #expect(house.watch.overlooked == 0)
    #expect(house.tells(500, user: "7", at: time(2)) == ["cap 0.5"])
  }
}
