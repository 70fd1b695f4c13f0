import Control
import Reactor
import Testing

@testable import aigwctl

@Suite struct FailureTests {
  private func message(_ refusal: ControlError) -> String {
    Failure(.refused(refusal), at: "/run/aigw/control.sock").message
  }

  @Test func allDiagnosticsAreShownWithTheirPlacesOneALine() {
    let refusal = ControlError.policyInvalid([
      .init(path: "budgets.a.limit", message: "must be text", file: "aigw.yaml", line: 12, column: 3),
      .init(path: "", message: "is\n empty\u{1B}"),
    ])
    #expect(
      message(refusal)
        == "refused; the policy stays as it was:\n  aigw.yaml:12:3: budgets.a.limit: must be text\n  is\\n empty\\u{1B}"
    )
    #expect(Failure(.refused(refusal), at: "s").status == .refused)
  }

  @Test func refusalsSayWhatToTry() {
    #expect(message(.unknownBudget(name: "alise", known: ["alice", "team"])).hasSuffix("There is: alice, team."))
    #expect(
      message(.generationConflict(expected: 3, current: 5)).hasSuffix("See what is different now with aigwctl diff."))
    #expect(message(.permissionDenied(method: "m", uid: 7, needs: "admin")).contains("aigwd --admin-uid"))
    #expect(message(.unknownRequest("ab")).contains("x-ai-request-id"))
    #expect(message(.methodNotFound("m")).hasSuffix("Is what listens at the socket as new as this aigwctl?"))
  }

  @Test func noRefusalReachesTheTerminalAsItIs() {
    let hostile = "\u{1B}[2J\u{9B}\n"
    let refusals: [ControlError] = [
      .unknownBudget(name: hostile, known: [hostile]), .unknownModel(name: hostile, known: []),
      .unknownBackend(name: hostile, known: []), .unknownRequest(hostile), .unknownSidecar(holder: hostile),
      .permissionDenied(method: hostile, uid: 1, needs: hostile), .notADaemon(method: hostile),
      .ledgerUnavailable(reason: hostile), .policyNotWritable(reason: hostile), .interfaceNotFound(hostile),
      .methodNotFound(hostile), .invalidParameter(hostile), .other(name: hostile),
    ]
    for refusal in refusals {
      let unseen = message(refusal).unicodeScalars.count(where: \.isUnseen)
      #expect(unseen == 0, "\(refusal)")
    }
  }

  @Test func nobodyToAskIsNotARefusal() {
    func failure(_ code: ReactorError.Code) -> Failure {
      Failure(.unreachable(ReactorError(code, doing: "connect", reason: "because")), at: "/nowhere/control.sock")
    }
    #expect(
      failure(.system(-2))
        == Failure(
          .unreachable,
          "nobody answers at /nowhere/control.sock (because): start aigwd, or a sidecar with --control-socket, or name its "
            + "socket with --socket PATH or AIGW_CONTROL"))
    #expect(failure(.refused).message.contains("its owner has ended"))
    #expect(failure(.permissionDenied).message.hasSuffix("or use sudo"))
    #expect(Failure(.timedOut(method: "m", timeoutMs: 5), at: "s").status == .unreachable)
    #expect(Failure(.timedOut(method: "m", timeoutMs: 5), at: "s").message.hasSuffix("Give it longer with --timeout."))
    #expect(Failure(.lost(method: "m"), at: "s").status == .unreachable)
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
    #expect(path(nil, [:], "/var/lib/aigw/control.sock") == "/var/lib/aigw/control.sock")
    let mine = "/somewhere/.local/state/aigw/control.sock"
    #expect(path(nil, ["HOME": "/somewhere"], mine) == mine)
    #expect(path(nil, ["XDG_RUNTIME_DIR": ""], "/aigw/control.sock") == "/run/aigw/control.sock")
  }
}
