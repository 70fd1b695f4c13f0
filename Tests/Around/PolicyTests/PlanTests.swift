import Exchange
import Testing

@testable import Policy

@Suite struct PlanTests {
  private static let head = """
    backends: {a: {provider: groq, auth: {env: K}}}
    models: {gpt-4o: {chain: [{backend: a}]}, gpt-4o-mini: {chain: [{backend: a}]}}

    """

  @Test func `a plan's limits are budgets of each of its users, and its models are those that may be asked for`() throws
  {
    let policy = try policy(
      Self.head + """
        budgets: {all: {limit: $100/day}}
        plans:
          free:
            match: {"header:x-plan": {present: false}}
            limits: [20k tokens/day, {limit: 5 requests/minute, burst: 2}, {limit: {amount: 1, cel: output_tokens, per: week}, shadow: true}]
            allowedModels: gpt-4o-mini
          team:
            match: {"header:x-plan": team}
            per: [team, model]
            limits: [$50/month]
          enterprise: {match: {"header:x-plan": enterprise}, limits: [{unlimited: true}]}
          empty: {allowedModels: ["gpt-*"]}
        """)
    #expect(
      policy.budgets.map(\.name.text) == [
        "all", "free.totalTokens.day", "free.requests.minute", "free.cost.week", "team.usd.month",
        "enterprise.totalTokens.month",
      ])
    #expect(policy.budgets.map(\.per) == [[], [.user], [.user], [.user], [.team, .model], [.user]])
    #expect(policy.budgets[1].match == [.init(dimension: .header("x-plan"), test: .present(false))])
    #expect(policy.budgets[2].limit.shape == .tokenBucket(burst: 2))
    #expect(policy.budgets.map(\.enforcement) == [.refuse, .refuse, .refuse, .shadow, .refuse, .unlimited])
    #expect(policy.plans.map(\.name.text) == ["free", "team", "enterprise", "empty"])
    #expect(
      policy.plans.map(\.allowedModels) == [[.exact(ModelName("gpt-4o-mini"))], nil, nil, [.prefix("gpt-")]])
    #expect(policy.plans[3].match == [])
  }

  private static let name = "must be a name of 1 to 32 letters, digits, -, _ and ., starting with a letter or digit"

  @Test(arguments: [
    ("p: {}", "4:12: plans.p: says nothing; add limits: [50000 tokens/day] or allowedModels: [MODEL]"),
    ("\"\": {limits: [5 tokens/day]}", "4:9: plans.\"\": " + name),
    ("p: {limits: 5 tokens/day}", "4:21: plans.p.limits: must be a list, and is text"),
    (
      "p: {limits: [5 tokens]}",
      "4:22: plans.p.limits[0]: must be like 50000 tokens/hour, $100/day or 60 requests/minute, and is \"5 tokens\""
    ),
    (
      "p: {limits: [{limit: 0 tokens/day}]}",
      "4:30: plans.p.limits[0].limit: must be at least 1, and is \"0 tokens/day\""
    ),
    (
      "p: {limits: [5 tokens/day, {limit: 6 tokens/day}]}",
      "4:36: plans.p.limits[1]: limits the same in the same time as another limit of this plan; keep one"
    ),
    (
      "p: {limits: [{limit: 5 tokens/day, per: user}]}",
      "4:44: plans.p.limits[0].per: is not a field; here stand limit, burst, timezone, carryDebt, shadow, queue, unlimited, "
        + "floor, alertAt, burn"
    ),
    (
      "p: {match: {user: x}, per: user, limits: [5 tokens/day]}",
      "4:36: plans.p.per: splits by user, of which match leaves one value; keep one of the two"
    ),
    ("p: {allowedModels: []}", "4:28: plans.p.allowedModels: allows no model; name one, or leave it out to allow all"),
    (
      "p: {allowedModels: [gpt-4]}",
      "4:29: plans.p.allowedModels[0]: is a model that nobody serves, \"gpt-4\"; did you mean gpt-4o?"
    ),
    (
      "p: {match: {backend: a}, allowedModels: gpt-4o}",
      "4:20: plans.p.match: asks for a backend, which is chosen after allowedModels has been looked at; match something of "
        + "the call"
    ),
    ("p: {models: [gpt-4o]}", "4:13: plans.p.models: is not a field; here stand match, per, limits, allowedModels"),
  ])
  func `a plan's faults are told where they stand`(plan: String, expected: String) {
    #expect(complaints(Self.head + "#\nplans: {\(plan)}").contains("aigw.yaml:" + expected))
  }

  @Test func `a budget may not have the name of a plan's limit`() {
    let lines = complaints(
      Self.head + "budgets: {p.usd.day: {limit: $1/day}}\nplans: {p: {limits: [$5/day]}}")
    #expect(
      lines == [
        "aigw.yaml:4:8: plans: has a limit that is named p.usd.day, which budgets have too; rename that budget"
      ])
  }
}
