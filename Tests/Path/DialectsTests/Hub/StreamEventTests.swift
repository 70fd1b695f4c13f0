import Bytes
import Exchange
import JSON
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

@Suite struct StreamEventTests {
  /// A chunk of a chat stream whose one choice has these members.
  private func choice(_ members: String) throws -> StreamEvent {
    try StreamEvent(openAI: ByteSlice("{\"id\":\"c\",\"choices\":[{\"index\":0,\(members)}]}"))
  }

  static let content: [(members: String, bytes: Int)] = [
    ("\"delta\":{\"content\":\"Hello\"}", 5), ("\"delta\":{\"role\":\"assistant\",\"content\":\"\\n\"}", 2),
    ("\"delta\":{\"refusal\":\"No.\"}", 3), ("\"delta\":{\"reasoning_content\":\"hm\"}", 2),
    ("\"delta\":{\"reasoning\":\"hm\"}", 2), ("\"delta\":{\"content\":\"\",\"reasoning_content\":\"hm\"}", 2),
    ("\"delta\":{\"content\":\"ab\",\"refusal\":\"c\"}", 3),
    ("\"delta\":{\"function_call\":{\"name\":\"f\",\"arguments\":\"\"}}", 25),
    ("\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\"}}]}", 40),
    ("\"delta\":{\"audio\":{\"data\":\"AAAA\"}}", 13), ("\"text\":\"Hello\"", 5),
    ("\"text\":\"Hello\",\"finish_reason\":null", 5),
  ]

  @Test(arguments: content) func contentIsCountedWhereverItStands(_ row: (members: String, bytes: Int)) throws {
    let chunk = try choice(row.members)
    #expect(chunk.contentBytes == row.bytes)
    #expect(!chunk.hasFinished && !chunk.isDone && !chunk.isError && !chunk.isOnlyUsage)
  }

  @Test(arguments: [
    "\"delta\":{}", "\"delta\":{\"role\":\"assistant\"}", "\"delta\":{\"role\":\"assistant\",\"content\":\"\"}",
    "\"delta\":{\"content\":null,\"refusal\":null,\"tool_calls\":null}", "\"delta\":{\"tool_calls\":[]}",
    "\"delta\":{\"function_call\":{}}", "\"delta\":null", "\"delta\":\"text\"", "\"text\":\"\"", "\"text\":null",
    "\"logprobs\":{\"content\":[1,2,3]}",
  ])
  func rolesAndEmptyPartsAreNoContent(_ members: String) throws {
    #expect(try choice(members).contentBytes == nil)
  }

  @Test func theContentOfAllChoicesCounts() throws {
    let chunk = try StreamEvent(
      openAI: ByteSlice("{\"choices\":[{\"delta\":{\"content\":\"ab\"}}, {\"delta\":{\"content\":\"cde\"}}, 7, null]}"))
    #expect(chunk.contentBytes == 5)
  }

  @Test func aFinishReasonIsAnEndAndNullIsNone() throws {
    #expect(try choice("\"delta\":{},\"finish_reason\":\"stop\"").hasFinished)
    #expect(try choice("\"text\":\"\",\"finish_reason\":\"length\"").hasFinished)
    #expect(try !choice("\"delta\":{},\"finish_reason\":null").hasFinished)
    #expect(try choice("\"delta\":{\"content\":\"x\"},\"finish_reason\":\"stop\"").contentBytes == 1)
  }

  @Test func usageIsFoundBesideContentAndAlone() throws {
    let alone = try StreamEvent(openAI: ByteSlice("{\"choices\":[],\"usage\":{\"total_tokens\":1}}"))
    #expect(alone.isOnlyUsage && alone.usage != nil && alone.contentBytes == nil)
    let beside = try StreamEvent(
      openAI: ByteSlice("{\"choices\":[{\"delta\":{\"content\":\"x\"}}],\"usage\":{\"total_tokens\":1}}"))
    #expect(!beside.isOnlyUsage && beside.usage != nil && beside.contentBytes == 1)
    for none in ["{\"choices\":[]}", "{\"choices\":[],\"usage\":null}", "{\"choices\":[],\"usage\":3}"] {
      let chunk = try StreamEvent(openAI: ByteSlice(none))
      #expect(chunk.usage == nil && !chunk.isOnlyUsage && chunk.contentBytes == nil)
    }
  }

  @Test func doneIsTheEndAndNothingElse() throws {
    let chunk = try StreamEvent(openAI: ByteSlice("[DONE]"))
    #expect(chunk.isDone && !chunk.isError && !chunk.hasFinished)
    #expect(chunk.contentBytes == nil && chunk.usage == nil)
    #expect(try !StreamEvent(openAI: ByteSlice("{\"x\":\"[DONE]\"}")).isDone)
  }

  @Test func anErrorEventIsOneAndNullIsNone() throws {
    #expect(try StreamEvent(openAI: ByteSlice("{\"error\":{\"message\":\"overloaded\"}}")).isError)
    #expect(
      try StreamEvent(openAI: ByteSlice("{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}")).isError)
    #expect(try StreamEvent(openAI: ByteSlice("{\"choices\":[],\"error\":\"overloaded\"}")).isError)
    #expect(try !StreamEvent(openAI: ByteSlice("{\"choices\":[],\"error\":null}")).isError)
  }

  @Test(arguments: ["", "[done]", "[DONE", "[]", "null", "Hello", "{", "{\"choices\":[{]}", "{\"a\":1} {\"a\":1}"])
  func garbageIsRefused(_ data: String) {
    #expect(throws: JSONError.self) { try StreamEvent(openAI: ByteSlice(data)) }
  }

  // MARK: streams of other endpoints

  @Test func usageAndModelOfResponsesEventsStandOneLevelDown() throws {
    let data = ByteSlice(
      "{\"type\":\"response.completed\",\"response\":{\"model\":\"o3-2025\",\"usage\":{\"input_tokens\":7}}}")
    let chunk = try StreamEvent(openAI: data)
    #expect(chunk.usage == Usage(input: TokenCount(7)))
    #expect(chunk.contentBytes == nil && !chunk.isOnlyUsage && !chunk.hasFinished)
    #expect(
      shown("o3", data, chunk)
        == "{\"type\":\"response.completed\",\"response\":{\"model\":\"o3\",\"usage\":{\"input_tokens\":7}}}")
  }

  @Test func usageOfAnthropicEventsIsFoundAtBothOfItsPlaces() throws {
    let start = ByteSlice(
      "{\"type\":\"message_start\",\"message\":{\"model\":\"claude\",\"usage\":{\"input_tokens\":25,\"output_tokens\":1}}}"
    )
    #expect(try StreamEvent(openAI: start).usage == Usage(input: TokenCount(25), output: TokenCount(1)))
    let delta = ByteSlice(
      "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":9}}")
    #expect(try StreamEvent(openAI: delta).usage != nil)
    #expect(try StreamEvent(openAI: ByteSlice("{\"type\":\"ping\"}")).usage == nil)
    #expect(try StreamEvent(openAI: ByteSlice("{\"message\":\"a sentence\",\"response\":null}")).usage == nil)
  }

  // MARK: the model's name

  @Test func theModelIsShownUnderTheAgentsNameAndAllElseAsItCame() throws {
    let data = ByteSlice("{ \"model\" : \"gpt-4o-2024\", \"choices\":[{\"delta\":{\"content\":\"\\u00e9\"}}] }")
    let chunk = try StreamEvent(openAI: data)
    #expect(
      shown("gpt-4o", data, chunk) == "{ \"model\" : \"gpt-4o\", \"choices\":[{\"delta\":{\"content\":\"\\u00e9\"}}] }")
    #expect(chunk.names(data, otherThan: ModelReply.quoted(ModelName("gpt-4o"))))
    #expect(!chunk.names(data, otherThan: ModelReply.quoted(ModelName("gpt-4o-2024"))))
  }

  /// The data of `data: {` and `data: "model":...` lines: written behind one `data: ` it has to be one line.
  @Test func anEventOfSeveralLinesBecomesOne() throws {
    let data = ByteSlice("{\n\"model\":\n\"b\",\n\"choices\":[{\"delta\":{\"content\":\"\\n\"}}]\n}")
    let chunk = try StreamEvent(openAI: data)
    #expect(shown("a", data, chunk) == "{ \"model\": \"a\", \"choices\":[{\"delta\":{\"content\":\"\\n\"}}] }")
  }

  @Test(arguments: ["[DONE]", "{\"choices\":[]}", "{\"model\":null,\"choices\":[]}", "{\"model\":4,\"choices\":[]}"])
  func anEventThatNamesNoModelStaysAsItIs(_ given: String) throws {
    let data = ByteSlice(given)
    let chunk = try StreamEvent(openAI: data)
    #expect(!chunk.names(data, otherThan: ModelReply.quoted(ModelName("gpt-4o"))))
    #expect(shown("gpt-4o", data, chunk) == given)
  }

  private func shown(_ name: String, _ data: ByteSlice, _ chunk: StreamEvent) -> String {
    var buffer = ByteBuffer()
    chunk.append(data, showing: ModelReply.quoted(ModelName(name)), to: &buffer)
    return String(buffer.span)
  }
}
