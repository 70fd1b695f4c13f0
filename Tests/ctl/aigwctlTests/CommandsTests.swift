import ArgumentParser
import Exchange
import JSON
import Policy
import Testing

@testable import aigwctl

@Suite struct CommandsTests {
  private let view = View(isWide: false, now: WallTime(milliseconds: 1_795_250_953_000), paint: .none)

  private func budget(_ arguments: String) throws -> String {
    let words = ["set-budget"] + arguments.split(separator: " ").map(String.init)
    return YAMLText.flow(try #require(try Root.parseAsRoot(words) as? SetBudgetCommand).budget())
  }

  @Test(arguments: [
    ("x --tokens 100k/hour --per user", "{per: [user], limit: 100k tokens/hour}"),
    (
      "x --user alice --model gpt-4o --tokens 50000/hour",
      "{match: {user: alice, model: gpt-4o}, limit: 50000 tokens/hour}"
    ),
    ("x --team eng --usd 100/day --alert-at 0.8", "{match: {team: eng}, limit: $100/day, alertAt: 0.8}"),
    (
      "x --header x-a=b=c --header x-d= --requests 60/minute --burst 1k",
      "{match: {header:x-a: b=c, header:x-d: \"\"}, limit: 60 requests/minute, burst: 1k}"
    ),
    (
      "x --output-tokens 2M/month --per header:x-team,model --alert-at 50%,0.95 --timezone Europe/Berlin --shadow",
      "{per: [header:x-team, model], limit: 2M output tokens/month, alertAt: [0.5, 0.95], timezone: Europe/Berlin, "
        + "shadow: true}"
    ),
    (
      "x --cost input_tokens --limit 5k/day --queue 10s",
      "{limit: {cel: input_tokens, amount: 5k, per: day}, queue: {maxWait: 10s}}"
    ),
  ])
  func flagsMakeABudgetInThePolicysShape(arguments: String, json: String) throws {
    #expect(try budget(arguments) == json)
  }

  @Test(arguments: [
    "--tokens 50k/hour --per user,header:x-a", "--input-tokens 1.5M/day --user a --team b --tenant c",
    "--usd 0.50/min --burst $2",
    "--output-tokens 5/12h --header x-a=b", "--requests 60/s --burst 1k --queue 10s", "--usd 1k/mo --alert-at 50%,0.95",
    "--cost input_tokens --limit 5k/week --timezone Europe/Berlin --shadow", "--tokens 1/h --backend b --model m",
  ])
  func whatFlagsMakeAPolicyTakes(arguments: String) throws {
    let document = """
      backends: {b: {provider: openai, auth: {env: KEY}}}
      models: {m: {chain: [{backend: b}]}}
      budgets: {x: \(try budget("x " + arguments))}
      """
    #expect(try PolicyDocument(bytes: document.utf8.span, file: "test").policy().budgets.count == 1)
  }

  @Test(arguments: [["b", "c=z"], ["b,c=z", "b=y"]])
  func whatStepsMakeAPolicyTakes(steps: [String]) throws {
    let command = try #require(
      try Root.parseAsRoot(["set-chain", "m"] + steps + ["--on", "rateLimit,timeout,error,budgetExceeded"])
        as? SetChainCommand)
    let document = """
      backends: {b: {provider: openai, auth: {env: KEY}}, c: {provider: openai, auth: {env: KEY}}}
      models: {m: \(YAMLText.flow(try command.chain()))}
      """
    #expect(try PolicyDocument(bytes: document.utf8.span, file: "test").policy().models.count == 1)
  }

  @Test(arguments: [
    "x", "x --tokens 5/hour --usd 5/day", "x --cost input_tokens", "x --tokens 5/hour --limit 5/day", "x --tokens 5",
    "x --tokens 5/hour --header y", "x --tokens 5/hour --alert-at 2", "x --tokens 5/hour --alert-at nan",
    "x --tokens 5/hour --queue soon", "--tokens 5/hour",
  ])
  func flagsThatMakeNoBudgetAreRefusedBeforeAnybodyIsAsked(arguments: String) {
    #expect(throws: (any Error).self) { try budget(arguments) }
  }

  @Test func aChainHasItsReasonsToMoveOn() throws {
    let words = ["set-chain", "gpt-4o", "openai", "anthropic=claude", "--on", "rateLimit,budgetExceeded"]
    let command = try #require(try Root.parseAsRoot(words) as? SetChainCommand)
    #expect(
      YAMLText.flow(try command.chain())
        == "{chain: [{backend: openai}, {backend: anthropic, modelNameOverride: claude}], "
        + "failover: {\"on\": [rateLimit, budgetExceeded]}}")
  }

  @Test func optionsMayStandBeforeAndAfterTheCommand() throws {
    for words in [["--socket", "s", "-o", "json", "status"], ["status", "-o", "json", "--socket", "s"]] {
      let command = try #require(try Root.parseAsRoot(words) as? StatusCommand)
      #expect(command.options.socket == "s")
      #expect(command.options.output == .json)
    }
  }

  @Test func aReplyThatLacksEverythingIsStillShown() throws {
    let lists = ["sidecars", "backends", "budgets", "prices", "rows", "receipts"]
    let empty: JSONValue = .object(lists.map { ($0, .array([.object([]), .null, "text"])) })
    for words in ["status", "sidecars", "backends", "budgets", "prices", "usage", "receipt x", "why x"] {
      let command = try Root.parseAsRoot(words.split(separator: " ").map(String.init))
      let inquiry = try #require(command as? any Inquiry)
      #expect(!inquiry.shown(empty, view).isEmpty)
      #expect(!inquiry.shown(.object([]), view).isEmpty)
    }
  }

  @Test func usageIsAddedUp() throws {
    let command = try #require(try Root.parseAsRoot(["usage", "--by", "user, model"]) as? UsageCommand)
    let row: JSONValue = ["keys": ["alice", ""], "requests": 2, "totalTokens": 1500, "cost": 1_500_000_000]
    let shown = command.shown(["rows": [row, row]], view)
    #expect(
      shown == """
        USER   MODEL  CALLS  REFUSED  FAILED  INPUT  OUTPUT  TOTAL   COST
        alice  -          2        0       0      0       0  1,500  $1.50
        alice  -          2        0       0      0       0  1,500  $1.50
        all               4        0       0      0       0     3k     $3

        """)
  }

  @Test func usageAsksForATimeThatMakesSense() throws {
    let command = try #require(
      try Root.parseAsRoot(["usage", "--since", "2026-11-20", "--until", "2026-11-21"]) as? UsageCommand)
    #expect(
      JSONValue.object(try command.parameters(now: view.now))
        == ["by": ["model"], "since": 1_795_132_800_000, "until": 1_795_219_200_000])
    let backwards = try #require(try Root.parseAsRoot(["usage", "--since", "1h", "--until", "2h"]) as? UsageCommand)
    #expect(throws: Failure(.usage, "--until is earlier than --since")) { try backwards.parameters(now: view.now) }
    #expect(throws: (any Error).self) { try Root.parseAsRoot(["usage", "--by", "colour"]) }
  }

  @Test func eventsAreOneLineEachWhateverTheySay() {
    let reply: JSONValue = [
      "event": [
        "at": 1_795_250_953_000, "kind": "refusal", "sidecar": "a", "subject": "b\n", "message": "\u{1B}c",
        "details": ["d": 1],
      ]
    ]
    #expect(WatchCommand.text(reply, nil, .none) == "08:49:13  refusal   a  b\\n  \\u{1B}c\n")
    #expect(WatchCommand.text(reply, .wide, .none) == "2026-11-21T08:49:13Z  refusal   a  b\\n  \\u{1B}c  {d: 1}\n")
    #expect(WatchCommand.text(["missed": 3], nil, .none) == "(3 events missed: they came faster than they were read)\n")
    #expect(WatchCommand.text(reply, .json, .none).split(separator: "\n").count == 1)
  }

  @Test func aReceiptsCostIsWorkedOutAgainFromItsOwnFields() {
    func sum(_ cost: Int64?, _ prices: String?) -> ReceiptSum {
      let usage: JSONValue = ["input": 1200, "cachedInput": 200, "output": 345, "basis": "reported"]
      return ReceiptSum([
        "usage": usage, "cost": cost.map(JSONValue.integer) ?? .null, "prices": prices.map(JSONValue.string) ?? .null,
      ])
    }
    // 1,000 at $3, 200 at $0.30 and 345 at $15 a million.
    #expect(sum(8_235_000, "input=3.00 cachedInput=0.30 output=15.00") == .agrees)
    #expect(sum(8_235_001, "input=3.00 cachedInput=0.30 output=15.00") == .differs(NanoDollars(8_235_000)))
    #expect(sum(8_235_000, nil) == .unknown)
    #expect(sum(nil, "input=3.00") == .unknown)
    #expect(sum(1, "in=3.00") == .unknown)
  }

  @Test func aReceiptThatDoesNotAddUpSaysSo() {
    let receipt: JSONValue = [
      "attempt": 1, "payer": "user=alice", "user": "alice", "disputed": true, "cost": 5, "prices": "input=1.00",
      "usage": ["input": 1], "fittedOutput": 256,
    ]
    let shown = ReceiptCommand.shown([receipt], view)
    #expect(shown.contains("$0.000000005, but its tokens and prices make $0.000001"))
    #expect(shown.contains("user=alice (user alice)"))
    #expect(shown.contains("input 1; disputed: the provider reported what cannot be"))
    #expect(shown.contains("0 tokens, output held to 256 for lack of budget"))
  }
}
