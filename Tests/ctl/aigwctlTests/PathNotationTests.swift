import JSON
import Testing

@testable import aigwctl

@Suite struct PathNotationTests {
  private let policy: JSONValue = [
    "models": ["gpt-4.1": ["chain": [["backend": "openai"]]], "gpt-4": "the shorter name", "a/b~c": 1],
    "limits": "none",
  ]

  @Test(arguments: [
    ("/models/gpt-4.1/chain/0/backend", "openai"), ("models.gpt-4.1.chain[0].backend", "openai"),
    ("models.\"gpt-4.1\".chain[0].backend", "openai"), ("models.gpt-4", "the shorter name"),
    ("/models/gpt-4", "the shorter name"), ("limits", "none"),
  ])
  func pointersAndPathsLeadToTheSamePlace(path: String, value: String) throws {
    #expect(try PathNotation.value(at: path, in: policy).string == value)
  }

  @Test func aPointerIsUnescaped() throws {
    #expect(try PathNotation.value(at: "/models/a~1b~0c", in: policy).integer == 1)
    #expect(try PathNotation.value(at: "", in: policy) == policy)
  }

  @Test(arguments: [
    ("budgets", "the policy has no \"budgets\": there is models, limits."),
    ("models.gpt-5", "the policy has no \"models.gpt-5\": there is gpt-4.1, gpt-4, a/b~c."),
    ("models.gpt-4.1.chain[1]", "the policy has no \"models.gpt-4.1.chain[1]\": the list there has 1 element."),
    ("/limits/x", "the policy has no \"/limits/x\": there is nothing inside none."),
    ("models..x", "\"models..x\" is no place in a policy; write /budgets/team or budgets.team"),
    ("\"models", "\"\"models\" is no place in a policy; write /budgets/team or budgets.team"),
  ])
  func whatIsNotThereIsAnsweredWithWhatIs(path: String, message: String) {
    #expect(throws: NotationError(message)) { try PathNotation.value(at: path, in: policy) }
  }

  @Test func namesThatWouldBeMistakenForPathsAreQuoted() {
    #expect(PathNotation.joined("models", "gpt-4") == "models.gpt-4")
    #expect(PathNotation.joined("models", "gpt-4.1") == "models.\"gpt-4.1\"")
    #expect(PathNotation.joined("", "budgets") == "budgets")
  }
}
