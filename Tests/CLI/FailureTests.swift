import JSON
import Testing

@testable import aigwctl

@Suite struct FailureTests {
  private func message(_ error: String, _ fields: JSONValue) -> String {
    Failure.reply("io.aigw.Control." + error, fields, to: "SetBudget").message
  }

  @Test func allDiagnosticsAreShownWithTheirPlaces() {
    let fields: JSONValue = [
      "diagnostics": [
        ["path": "budgets.a.limit", "message": "must be text", "file": "aigw.yaml", "line": 12, "column": 3],
        ["path": "", "message": "is empty\u{1B}"],
      ]
    ]
    #expect(
      message("PolicyInvalid", fields)
        == "Refused; the policy stays as it was:\n  aigw.yaml:12:3: budgets.a.limit: must be text\n  is empty\\u{1B}")
    #expect(Failure.reply("io.aigw.Control.PolicyInvalid", fields, to: "x").error == "PolicyInvalid")
  }

  @Test func unknownNamesComeWithTheNearestOnes() {
    #expect(
      message("UnknownBudget", ["name": "alise", "known": ["alice", "team"]])
        == "There is no budget \"alise\"; nearest: alice, team.")
    #expect(
      message("UnknownBackend", ["name": "x", "known": .array([])])
        == "There is no backend \"x\"; see aigwctl backends.")
    #expect(message("UnknownModel", .object([])) == "There is no model \"?\"; see aigwctl chains.")
  }

  @Test func everyErrorSaysWhatToTry() {
    #expect(
      message("GenerationConflict", ["expected": 3, "current": 5])
        == "The policy has changed meanwhile: this was for generation 3, and 5 is in force. Look at what changed with "
        + "`aigwctl diff`, and run this again.")
    #expect(
      message("PermissionDenied", ["method": "SetBudget", "uid": 1000, "needs": "an admin"])
        == "You (uid 1000) may not SetBudget: it needs an admin. Run it as root or as aigwd's own user, or have yourself "
        + "listed: aigwd --admin-uid or --admin-gid.")
    #expect(
      message("PolicyNotWritable", ["reason": "no space left on device"])
        == "The change could not be stored and is not in force: no space left on device.")
    #expect(message("LedgerUnavailable", ["reason": "disk"]) == "The ledger cannot be read: disk.")
    #expect(
      message("NotADaemon", ["method": "GetSidecars"])
        == "A lone sidecar cannot do GetSidecars; connect to aigwd's socket with --socket.")
    #expect(message("UnknownRequest", ["request": "ab"]).hasPrefix("There is no receipt of call \"ab\"."))
    #expect(
      Failure.reply("org.varlink.service.MethodNotFound", ["method": "x"], to: "GetPrices").message
        == "What listens at the socket does not know GetPrices; it is older than this aigwctl, or not aigwd.")
    #expect(message("Strange\u{1B}", ["a": 1]) == "SetBudget was refused: Strange\\u{1B} {a: 1}")
  }

  @Test func theSocketIsTheOneGivenThenTheEnvironmentsThenTheUsualOnes() {
    func path(_ given: String?, _ environment: [String: String], _ existing: String...) -> String {
      GlobalOptions.socketPath(given: given, environment: environment) { existing.contains($0) }
    }
    let own = ["XDG_RUNTIME_DIR": "/run/user/1"]
    #expect(path("a.sock", ["AIGW_CONTROL": "b.sock"]) == "a.sock")
    #expect(path("unix:/a.sock", [:]) == "/a.sock")
    #expect(path(nil, ["AIGW_CONTROL": "unix:/b.sock"]) == "/b.sock")
    #expect(path(nil, ["AIGW_CONTROL": ""]) == "/run/aigw/control.sock")
    #expect(path(nil, own, "/run/user/1/aigw/control.sock") == "/run/user/1/aigw/control.sock")
    #expect(path(nil, own, "/run/user/1/aigw/control.sock", "/run/aigw/control.sock") == "/run/aigw/control.sock")
    #expect(path(nil, own) == "/run/aigw/control.sock")
    #expect(path(nil, ["XDG_RUNTIME_DIR": ""], "/aigw/control.sock") == "/run/aigw/control.sock")
  }
}
