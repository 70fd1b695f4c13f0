import Control
import Exchange
import JSON
import Policy
import Testing

@testable import Authority

@Suite struct SubscriptionStateTests {
  private func version(_ number: Int64) throws -> PolicyVersion {
    let document = json(Sample.policy(limit: "\(number) tokens/day"))
    return PolicyVersion(
      generation: Generation(number), document: document, base: json("{}"), policy: try Policy.read(document.bytes))
  }

  private func meter(_ key: String) -> MeterName { MeterName(budget: BudgetName("b"), measure: "m", key: key) }

  @Test func theNewestPolicyIsAllThatIsLeftOfSeveral() throws {
    let merged = SubscriptionState.merged(
      SubscriptionState.json(try version(1), isWatched: true), SubscriptionState.json(try version(2), isWatched: false))
    #expect(merged == SubscriptionState.json(try version(2), isWatched: false))
  }

  @Test func aPolicyThatWasNotReadSurvivesWhatComesAfterIt() throws {
    let merged = SubscriptionState.merged(
      SubscriptionState.json(try version(1), isWatched: false),
      SubscriptionState.json(recalls: [meter("a")], isWatched: true))
    #expect(merged == SubscriptionState.json(try version(1), recalls: [meter("a")], isWatched: true))
  }

  @Test func recallsAndQuestionsAddUpAndAreNeverThereTwice() {
    let question = Question(ticket: Ticket(number: 1), explain: "r")
    let other = Question(ticket: Ticket(number: 2), explain: "r")
    let merged = SubscriptionState.merged(
      SubscriptionState.json(recalls: [meter("a"), meter("b")], questions: [question], isWatched: true),
      SubscriptionState.json(recalls: [meter("b"), meter("c")], questions: [other], isWatched: true))
    #expect(
      merged
        == SubscriptionState.json(
          recalls: [meter("a"), meter("b"), meter("c")], questions: [question, other], isWatched: true))
  }

  @Test func withoutAPolicyNoGenerationIsTold() {
    #expect(text(SubscriptionState.json(isWatched: false)) == #"{"recalls":[],"questions":[],"watched":false}"#)
  }
}
