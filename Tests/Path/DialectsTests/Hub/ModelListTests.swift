import Exchange
import TestSupport
import Testing

@testable import Anthropic
@testable import Bedrock
@testable import Cohere
@testable import Dialects
@testable import Gemini
@testable import Hub
@testable import OpenAI
@testable import Responses

@Suite struct ModelListTests {
  private static func list(_ entries: [ModelList.Entry]) -> ModelList {
    ModelList(entries, created: WallTime(milliseconds: 1_700_000_000_999), createdText: "2023-11-14T22:13:21Z")
  }

  private let models = list([
    .init(name: ModelName("gpt-4o"), owner: "openai"), .init(name: ModelName("a \"b\"/c"), owner: "aigw"),
  ])

  private let first = "{\"id\":\"gpt-4o\",\"object\":\"model\",\"created\":1700000000,\"owned_by\":\"openai\"}"
  private let second = "{\"id\":\"a \\\"b\\\"/c\",\"object\":\"model\",\"created\":1700000000,\"owned_by\":\"aigw\"}"
  private let firstOfAnthropic =
    "{\"type\":\"model\",\"id\":\"gpt-4o\",\"display_name\":\"gpt-4o\",\"created_at\":\"2023-11-14T22:13:21Z\"}"

  @Test func modelsAreListedInTheOrderOfThePolicy() {
    #expect(text(models.list(in: .openAI)) == "{\"object\":\"list\",\"data\":[\(first),\(second)]}")
  }

  @Test func anAgentOfAnthropicsGetsOnePageInItsShape() {
    let list = text(models.list(in: .anthropic))
    #expect(list.hasPrefix("{\"data\":[\(firstOfAnthropic),{\"type\":\"model\",\"id\":\"a \\\"b\\\"/c\","))
    #expect(list.hasSuffix("}],\"has_more\":false,\"first_id\":\"gpt-4o\",\"last_id\":\"a \\\"b\\\"/c\"}"))
    #expect(models.model("gpt-4o", in: .anthropic).map { text($0) } == firstOfAnthropic)
  }

  @Test func anAgentOfGeminisGetsGooglesShape() {
    let name = "{\"name\":\"models/gpt-4o\",\"version\":\"1\",\"displayName\":\"gpt-4o\","
    #expect(text(models.list(in: .gemini)).hasPrefix("{\"models\":[" + name))
    #expect(models.model("gpt-4o", in: .gemini).map { text($0).hasPrefix(name) } == true)
  }

  @Test func anEmptyListIsAList() {
    let none = Self.list([])
    #expect(text(none.list(in: .openAI)) == "{\"object\":\"list\",\"data\":[]}")
    #expect(
      text(none.list(in: .anthropic)) == "{\"data\":[],\"has_more\":false,\"first_id\":null,\"last_id\":null}")
  }

  @Test func oneModelIsFoundByItsExactName() {
    #expect(models.model("gpt-4o", in: .openAI).map { text($0) } == first)
    #expect(models.model("a \"b\"/c", in: .openAI).map { text($0) } == second)
    for missing in ["", "gpt", "GPT-4O", "gpt-4o "] { #expect(models.model(missing, in: .openAI) == nil) }
  }
}
