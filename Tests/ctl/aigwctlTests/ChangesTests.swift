import JSON
import Testing

@testable import aigwctl

@Suite struct ChangesTests {
  private let current: JSONValue = [
    "backends": ["openai": ["provider": "openai", "drained": true]],
    "budgets": ["old": ["limit": "1 requests/day"], "team": ["limit": "10M tokens/day", "per": ["user"]]],
  ]

  @Test func aDifferenceIsToldLineByLineAndAsAPatch() {
    let wanted: JSONValue = [
      "backends": ["openai": ["provider": "openai"]],
      "budgets": ["team": ["limit": "20M tokens/day", "per": ["user"]], "a.b": ["limit": "$1/day"]],
    ]
    let difference = PolicyDifference(from: current, to: wanted)
    #expect(
      difference.text(paint: .none) == """
        - backends.openai.drained: true
        ~ budgets.team.limit: 10M tokens/day -> 20M tokens/day
        + budgets."a.b": {limit: $1/day}
        - budgets.old: {limit: 1 requests/day}

        """)
    #expect(
      difference.patch == [
        "backends": ["openai": ["drained": .null]],
        "budgets": ["team": ["limit": "20M tokens/day"], "a.b": ["limit": "$1/day"], "old": .null],
      ])
  }

  @Test func theSamePolicyInAnotherOrderIsTheSame() {
    let same: JSONValue = [
      "budgets": ["team": ["per": ["user"], "limit": "10M tokens/day"], "old": ["limit": "1 requests/day"]],
      "backends": ["openai": ["drained": true, "provider": "openai"]], "models": .null,
    ]
    let difference = PolicyDifference(from: current, to: same)
    #expect(difference.isEmpty)
    #expect(difference.patch.count == 0)
  }

  @Test func listsAndKindsAreReplacedWhole() {
    let difference = PolicyDifference(
      from: ["a": [1, 2], "b": ["c": 1], "d": 1], to: ["a": [1], "b": 2, "d": ["e": 3]])
    #expect(difference.patch == ["a": [1], "b": 2, "d": ["e": 3]])
    #expect(difference.lines.map(\.path) == ["a", "b", "d"])
  }

  @Test func anEmptyMappingIsNotNothing() {
    #expect(PolicyDifference(from: ["a": 1], to: ["a": 1, "b": .object([])]).patch == ["b": .object([])])
    #expect(PolicyDifference(from: ["b": ["c": 1]], to: ["b": .object([])]).patch == ["b": ["c": .null]])
  }

  @Test func aChangeInForceEverywhereIsDone() {
    let report = ChangeReport([
      "generation": 13, "changed": ["budgets.alice"],
      "sidecars": [["sidecar": "a", "state": "applied", "diagnostics": .array([])]],
    ])
    #expect(report.text == "Generation 13 changes 1 path:\n  budgets.alice\nIn force on 1 of 1 sidecar: a.\n")
    #expect(report.warnings == "")
    #expect(report.status == .done)
  }

  @Test func whoHasNotGotItIsNamed() {
    let report = ChangeReport([
      "generation": 13, "changed": ["budgets.alice"],
      "sidecars": [
        ["sidecar": "a", "state": "applied"], ["sidecar": "b\u{1B}", "state": "pending"],
        [
          "sidecar": "c", "state": "refused",
          "diagnostics": [["path": "budgets.alice.limit", "message": "must be text"]],
        ],
      ],
    ])
    #expect(report.text.hasSuffix("In force on 1 of 3 sidecars: a.\n"))
    #expect(
      report.warnings == """
        c refused it and stays with what it had:
          budgets.alice.limit: must be text
        Not acknowledged in time by 1 sidecar: b\\u{1B}. A sidecar takes the newest generation when it can; see: aigwctl sidecars

        """)
    #expect(report.status == .refused)
  }

  @Test func aTrialAndAChangeOfNothingSaySo() {
    let nothing = ChangeReport(["generation": 12, "changed": .array([]), "sidecars": .array([])])
    #expect(nothing.text == "Nothing to change: generation 12 is like that already.\n")
    let trial = ChangeReport(["generation": 12, "changed": ["a", "b"], "sidecars": .array([])], isTrial: true)
    #expect(trial.text == "Would change 2 paths, as generation 12; nothing was changed:\n  a\n  b\n")
    let many = ChangeReport(["generation": 2, "changed": .array((0..<25).map { .string("p\($0)") })])
    #expect(many.text.contains("  p19\n  and 5 more\nNo sidecar is connected; each takes it when it connects.\n"))
  }
}
