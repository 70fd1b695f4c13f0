import JSON
import Testing

@testable import Control

@Suite struct ControlErrorTests {
  static let diagnostic = ControlError.Diagnostic(
    path: "budgets.team.limit", message: "'50 tokns' is no limit", file: "aigw.yaml", line: 12, column: 5)

  static let all: [(ControlError, String)] = [
    (
      .policyInvalid([diagnostic, .init(path: "models.x", message: "has no chain")]),
      """
      the policy is not valid, nothing was changed:
        aigw.yaml:12:5: budgets.team.limit: '50 tokns' is no limit
        models.x: has no chain
      """
    ),
    (
      .generationConflict(expected: 3, current: 5),
      "the policy has changed meanwhile: generation 3 was expected, 5 is in force. Read it again."
    ),
    (.unknownBudget(name: "tem", known: ["team", "cap"]), "there is no budget tem. There is: team, cap."),
    (.unknownModel(name: "gpt", known: []), "there is no model gpt, nor any other model."),
    (.unknownBackend(name: "a", known: ["b"]), "there is no backend a. There is: b."),
    (.unknownRequest("00ff"), "nothing is known of request 00ff: it is not in the ledger, or no longer."),
    (.unknownSidecar(holder: "h1"), "no sidecar h1 is connected. Subscribe first."),
    (
      .permissionDenied(method: "io.aigw.Control.SetBudget", uid: 1000, needs: "admin"),
      "uid 1000 may not call io.aigw.Control.SetBudget: the daemon's list of admins does not name it or a group of it."
    ),
    (
      .notADaemon(method: "io.aigw.Control.Lease"),
      "io.aigw.Control.Lease is for sidecars of a daemon, and this is a lone sidecar."
    ),
    (.ledgerUnavailable(reason: "disk full"), "the ledger cannot be used: disk full"),
    (
      .policyNotWritable(reason: "read-only file system"),
      "the policy could not be written down, nothing was changed: read-only file system"
    ),
    (
      .replyTooLarge(bytes: 9_000_000, bytesMax: 8_388_608),
      "the reply would have 9000000 bytes, and 8388608 are allowed. Ask for less."
    ),
    (.interfaceNotFound("a.b"), "there is no interface a.b here."),
    (.methodNotFound("a.b.C"), "there is no method a.b.C here; the two programs may differ in version."),
    (.methodNotImplemented("a.b.C"), "a.b.C is not implemented here."),
    (
      .invalidParameter("wishes[3].needs"),
      "the parameter wishes[3].needs is missing, unknown, or not of its type."
    ),
    (.expectedMore, "the method answers more than once and must be called with 'more'."),
    (.other(name: "a.b.New"), "refused with a.b.New, which this version does not know."),
  ]

  @Test(arguments: all) func anErrorCrossesTheWireUnchangedAndReadsWell(error: ControlError, words: String) {
    #expect(ControlError(name: error.name, parameters: error.parameters) == error)
    #expect(error.description == words)
  }

  @Test(arguments: all.map(\.0)) func anErrorIsOneOfTheInterfaceWithItsFields(error: ControlError) throws {
    if case .other = error { return }
    let dot = try #require(error.name.lastIndex(of: "."))
    let interface: InterfaceDefinition = error.name.hasPrefix("io.aigw.") ? .control : .service
    let name = String(error.name[error.name.index(after: dot)...])
    #expect(interface.mistake(in: error.parameters, ofError: name) == nil)
  }

  @Test func everyErrorOfTheInterfaceHasACase() {
    let known = Set(Self.all.map(\.0.name))
    let declared = InterfaceDefinition.control.errors.keys.map { "io.aigw.Control.\($0)" }
    #expect(Set(declared).subtracting(known) == [])
  }

  @Test func fieldsThatAreMissingMakeTheErrorAnother() {
    let name = "io.aigw.Control.GenerationConflict"
    #expect(ControlError(name: name, parameters: ["expected": 1]) == .other(name: name))
    #expect(
      ControlError(name: "io.aigw.Control.UnknownBudget", parameters: [:]).name == "io.aigw.Control.UnknownBudget")
  }
}
