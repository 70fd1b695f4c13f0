import Exchange
import Testing

@testable import Policy

@Suite struct BudgetTests {
  private func budget(_ text: String) throws -> Policy.Budget {
    try policy("backends: {a: {provider: groq, auth: {env: K}}}\nbudgets: {b: \(text)}").budgets[0]
  }

  @Test func `a budget with nothing but a limit refuses, begins its days in UTC and tells nobody`() throws {
    let budget = try budget("{limit: 5 tokens/day}")
    #expect(budget.enforcement == .refuse)
    #expect(budget.zone == .utc)
    #expect(!budget.carriesDebt)
    #expect(budget.outputFloor == nil)
    #expect(budget.alerts == .init())
    #expect(budget.per == [])
    #expect(budget.match == [])
  }

  @Test func `a budget says how strictly it is kept and in which zone`() throws {
    let budget = try budget(
      "{limit: $5/month, timezone: America/Argentina/Buenos_Aires, carryDebt: true, floor: 64, queue: {maxWait: 10s}}")
    #expect(budget.enforcement == .queue(maxWaitMs: 10_000))
    #expect(budget.zone.text == "America/Argentina/Buenos_Aires")
    #expect(budget.carriesDebt)
    #expect(budget.outputFloor == TokenCount(64))
    #expect(try self.budget("{limit: 5 tokens/day, shadow: true}").enforcement == .shadow)
    #expect(try self.budget("{limit: 5 tokens/day, shadow: false, unlimited: false}").enforcement == .refuse)
  }

  @Test func `an unlimited budget keeps count of a month's tokens`() throws {
    let budget = try budget("{unlimited: true, per: user}")
    #expect(budget.enforcement == .unlimited)
    #expect(budget.limit == .tracking)
    #expect(budget.per == [.user])
  }

  @Test(arguments: ["UTC", "Europe/Berlin", "Etc/GMT+5", "America/Port-au-Prince", "GMT-0"])
  func `a zone of the time zone database is taken`(zone: String) throws {
    #expect(try budget("{limit: 5 tokens/day, timezone: \(zone)}").zone.text == zone)
  }

  @Test(arguments: ["/etc/passwd", "../x", "Europe//Berlin", "Europe/", "+01:00", "a b", "Zürich", "Europe/.hidden"])
  func `what could be another file is no zone`(zone: String) {
    let lines = complaints(then: "budgets:\n  b: {limit: 5 tokens/day, timezone: \"\(zone)\"}")
    #expect(
      lines == [
        "aigw.yaml:4:38: budgets.b.timezone: must be a time zone such as UTC or Europe/Berlin, and is \"\(zone)\""
      ])
  }

  @Test(arguments: [
    ("{}", ["6: budgets.b: has no limit; write how much may be spent, as in limit: 50000 tokens/hour"]),
    (
      "{limit: 5 tokens/day, queue: 10s}", ["35: budgets.b.queue: must be a mapping, and is text"]
    ),
    (
      "{limit: 5 tokens/day, queue: {}}",
      ["35: budgets.b.queue: has no maxWait; write how long a call may wait, as in queue: {maxWait: 10s}"]
    ),
    (
      "{limit: 5 tokens/day, floor: 0}",
      ["35: budgets.b.floor: must be a whole number from 1 to 10000000, and is \"0\""]
    ),
    ("{limit: 5 tokens/day, carryDebt: 1}", ["39: budgets.b.carryDebt: must be true or false, and is a number"]),
    ("{limit: 5 tokens/day, per: [model, model]}", ["4:41: budgets.b.per[1]: is written twice, \"model\"; keep one"]),
    (
      "{limit: 5 tokens/day, per: [header:X-A, header:x-a]}",
      ["4:46: budgets.b.per[1]: is written twice, \"header:x-a\"; keep one"]
    ),
    (
      "{limit: 5 tokens/day, per: [team, user], match: {user: alice, team: eng-*}}",
      ["4:33: budgets.b.per: splits by user, of which match leaves one value; keep one of the two"]
    ),
    (
      "{limit: 5 tokens/day, per: header:x-a, match: {\"header:X-A\": {present: false}}}",
      ["4:33: budgets.b.per: splits by header:x-a, of which match leaves one value; keep one of the two"]
    ),
    ("{limit: 5 tokens/day, per: user, match: {user: {present: true}}}", []),
  ])
  func `a budget's faults are told where they stand`(budget: String, expected: [String]) {
    #expect(
      complaints(then: "budgets:\n  b: \(budget)")
        == expected.map { "aigw.yaml:4:" + ($0.hasPrefix("4:") ? String($0.dropFirst(2)) : $0) })
  }

  private static let bucket =
    "belongs to limits that start anew, per hour or longer; one per minute refills all the time"
  private static let unlimited = "has no meaning beside unlimited: true; keep one of the two"
  private static let floor = "is the least output a call is cut to, and this limit counts no output; remove it"

  @Test(arguments: [
    (
      "{limit: 5 tokens/day, shadow: true, queue: {maxWait: 1s}}",
      ["queue: lets calls wait, and shadow: true lets them all pass; keep one"]
    ),
    ("{limit: 5 tokens/day, unlimited: true}", ["limit: " + unlimited]),
    (
      "{unlimited: true, shadow: true, queue: {maxWait: 1s}, floor: 5, alertAt: 0.5}",
      ["shadow: " + unlimited, "queue: " + unlimited, "floor: " + unlimited, "alertAt: " + unlimited]
    ),
    (
      "{limit: 5 tokens/minute, timezone: UTC, carryDebt: true, alertAt: 0.5, burn: 2x over 5m}",
      ["timezone: " + bucket, "carryDebt: " + bucket, "alertAt: " + bucket, "burn: " + bucket]
    ),
    (
      "{limit: 5 tokens/hour, burn: 2x over 60m}",
      ["burn: looks back further than the hour of the limit; write a shorter time"]
    ),
    ("{limit: 5 requests/hour, floor: 5}", ["floor: " + floor]),
    ("{limit: 5 tokens/hour, floor: 6}", ["floor: is more than 5, which is all there ever is; write less"]),
    (
      "{limit: 100 output tokens/minute, burst: 9, floor: 10}",
      ["floor: is more than 9, which is all there ever is; write less"]
    ),
    ("{limit: 5 input tokens/hour, floor: 5}", ["floor: " + floor]),
  ])
  func `a budget that contradicts itself is refused`(budget: String, expected: [String]) {
    let lines = complaints(then: "budgets:\n  b: \(budget)").map { line in
      String(line.split(separator: ": ", maxSplits: 1)[1])
    }
    #expect(lines == expected.map { "budgets.b." + $0 })
  }
}
