import JSON
import Testing

@testable import Authority

@Suite struct PolicyEditTests {
  private let document = json(
    #"{"budgets":{"alice":{"limit":"1 tokens/day","per":["model"]},"bob":{}},"backends":{"openai":{"drained":true}}}"#)

  private func patch(_ edit: PolicyEdit) throws(PolicyChangeError) -> String { text(try edit.patch(on: document)) }

  @Test func anEntryThatIsReplacedKeepsNothingOfTheOldOne() throws {
    let edit = PolicyEdit.replace(.budgets, name: "alice", with: json(#"{"limit":"2 tokens/day","burst":3}"#))
    #expect(try patch(edit) == #"{"budgets":{"alice":{"limit":"2 tokens/day","per":null,"burst":3}}}"#)
  }

  @Test func aNewEntryIsAdded() throws {
    #expect(try patch(.replace(.models, name: "m", with: json(#"{"chain":[]}"#))) == #"{"models":{"m":{"chain":[]}}}"#)
  }

  @Test func anEntryWithoutAValueIsRemoved() throws {
    #expect(try patch(.replace(.budgets, name: "bob", with: nil)) == #"{"budgets":{"bob":null}}"#)
  }

  @Test func aFieldIsSetAndRemoved() throws {
    let set = PolicyEdit.set(.backends, name: "openai", field: "drained", to: true)
    #expect(try patch(set) == #"{"backends":{"openai":{"drained":true}}}"#)
    let removed = PolicyEdit.set(.backends, name: "openai", field: "drained", to: nil)
    #expect(try patch(removed) == #"{"backends":{"openai":{"drained":null}}}"#)
  }

  @Test func whatIsNotThereIsToldWithWhatIs() {
    #expect(throws: PolicyChangeError.unknown(.budgets, name: "alcie", known: ["alice", "bob"])) {
      _ = try patch(.replace(.budgets, name: "alcie", with: nil))
    }
    #expect(throws: PolicyChangeError.unknown(.models, name: "m", known: [])) {
      _ = try patch(.replace(.models, name: "m", with: nil))
    }
    let error = PolicyChangeError.unknown(.backends, name: "opnai", known: ["openai"])
    #expect(error.description == "backends has no opnai; there is openai")
    #expect(throws: error) { _ = try patch(.set(.backends, name: "opnai", field: "drained", to: true)) }
  }
}
