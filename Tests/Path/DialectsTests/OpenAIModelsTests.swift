import Dialects
import Exchange
import TestSupport
import Testing

@Suite struct OpenAIModelsTests {
  private let models = OpenAIModels(
    [.init(name: ModelName("gpt-4o"), owner: "openai"), .init(name: ModelName("a \"b\"/c"), owner: "aigw")],
    created: WallTime(milliseconds: 1_700_000_000_999))

  private let first = "{\"id\":\"gpt-4o\",\"object\":\"model\",\"created\":1700000000,\"owned_by\":\"openai\"}"
  private let second = "{\"id\":\"a \\\"b\\\"/c\",\"object\":\"model\",\"created\":1700000000,\"owned_by\":\"aigw\"}"

  @Test func modelsAreListedInTheOrderOfThePolicy() {
    #expect(text(models.list) == "{\"object\":\"list\",\"data\":[\(first),\(second)]}")
  }

  @Test func anEmptyListIsAList() {
    #expect(text(OpenAIModels([], created: WallTime(milliseconds: 0)).list) == "{\"object\":\"list\",\"data\":[]}")
  }

  @Test func oneModelIsFoundByItsExactName() {
    #expect(models.model("gpt-4o").map { text($0) } == first)
    #expect(models.model("a \"b\"/c").map { text($0) } == second)
    for missing in ["", "gpt", "GPT-4O", "gpt-4o "] { #expect(models.model(missing) == nil) }
  }
}
