import JSON
import Testing

@testable import aigwctl

@Suite struct ChainNotationTests {
  @Test func candidatesAreTriedInTheOrderTheyAreWritten() throws {
    let chain = try ChainNotation(["openai", "anthropic=claude-sonnet-4-5"], weights: [])
    #expect(
      YAMLText.flow(chain.json) == "[{backend: openai}, {backend: anthropic, modelNameOverride: claude-sonnet-4-5}]")
  }

  @Test func commasShareTheCallsOfAStepByWeight() throws {
    let chain = try ChainNotation(["local=llama,inside=llama", "openai"], weights: ["local=3"])
    #expect(
      YAMLText.flow(chain.json)
        == "[{backend: local, modelNameOverride: llama, priority: 0, weight: 3}, "
        + "{backend: inside, modelNameOverride: llama, priority: 0, weight: 1}, {backend: openai, priority: 1}]")
  }

  @Test func oneBackendUnderSeveralNamesIsWeighedByName() throws {
    let chain = try ChainNotation(["a=x,a=y"], weights: ["a=y=5"])
    #expect(chain.steps[0].map(\.weight) == [1, 5])
  }

  @Test func aModelsNameMayHoldWhatNamesHold() throws {
    let chain = try ChainNotation(
      ["bedrock=us.anthropic.claude-3-5-sonnet-20241022-v2:0", "vertex=claude@2024"], weights: [])
    #expect(chain.steps.map { $0[0].model } == ["us.anthropic.claude-3-5-sonnet-20241022-v2:0", "claude@2024"])
  }

  @Test(arguments: ["", "=x", "a=", "a,,b", "a,"])
  func whatIsNoStepIsRefused(step: String) {
    #expect(
      throws: NotationError(
        "\"\(step)\" is no step of a chain; write BACKEND or BACKEND=MODEL, with commas between those that share calls")
    ) { try ChainNotation([step], weights: []) }
  }

  @Test(arguments: [
    ("a", "--weight \"a\" must be BACKEND=NUMBER, such as --weight local=3"),
    ("a=0", "--weight \"a=0\" must be BACKEND=NUMBER, such as --weight local=3"),
    ("z=2", "--weight \"z=2\" names no candidate of this chain"),
    (
      "c=2",
      "--weight \"c=2\": c is alone in its step and has all its calls; join candidates that share calls with a comma"
    ),
  ])
  func weightsThatWeighNothingAreRefused(weight: String, message: String) {
    #expect(throws: NotationError(message)) { try ChainNotation(["a,b", "c"], weights: [weight]) }
  }

  @Test func aCandidateStandsInAStepOnce() {
    #expect(throws: NotationError("\"a,a\" names a twice")) { try ChainNotation(["a,a"], weights: []) }
  }
}
