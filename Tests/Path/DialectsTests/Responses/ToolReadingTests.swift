// ToolReadingTests: Codex's tools of every kind are functions upstream, and calls come back as what they are.

import Bytes
import Conversation
import Exchange
import JSON
import Testing

@testable import Hub
@testable import Responses

@Suite struct ToolReadingTests {
  private func read(_ tools: String, input: String = #""hi""#) throws -> Conversation {
    try OpenAIResponses.conversation(
      from: ByteSlice(#"{"input":\#(input),"tools":\#(tools)}"#), model: ModelName("m"), streams: true)
  }

  private static let every = #"""
    [{"type":"function","name":"shell","strict":false},
     {"type":"custom","name":"apply_patch","description":"edits","format":{"type":"grammar","syntax":"lark","definition":"start: X"}},
     {"type":"namespace","name":"mcp__repl","description":"d","tools":[{"type":"function","name":"js"},{"type":"custom","name":"raw"}]},
     {"type":"namespace","name":"mcp__db__","description":"d","tools":[{"type":"function","name":"js"}]},
     {"type":"local_shell"},{"type":"tool_search","execution":"client","parameters":{"type":"object"}},
     {"type":"web_search","external_web_access":false},{"type":"image_generation","output_format":"png"}]
    """#

  /// The items of a whole reply that calls `names`, each with `arguments`.
  private func items(_ conversation: Conversation, _ names: [String], _ arguments: String) throws -> [JSONValue] {
    let parts = names.enumerated().map { Part(.toolUse(ToolUse(id: "c\($0)", name: $1, arguments: arguments))) }
    let answer = Answer(id: "r", model: "m", choices: [AnswerChoice(parts, .toolUse)])
    return try #require(
      try JSONValue.parse(OpenAIResponses.body(of: answer, to: conversation).span)["output"]?.elements)
  }

  @Test func allAreFunctions() throws {
    let read = try read(Self.every)
    #expect(
      read.tools.map(\.name) == [
        "shell", "apply_patch", "mcp__repl__js", "mcp__repl__raw", "mcp__db__js", "local_shell", "tool_search",
      ])
    #expect(read.tools[1].parameters?["required"] == ["input"])
    #expect(read.tools[1].parameters?["properties"]?["input"]?["description"]?.string?.contains("start: X") == true)
    #expect(read.untranslatable.isEmpty && read.webSearch == nil)
    #expect(
      Set(read.hints) == [
        "tools[].custom", "tools[].namespace", "tools[].local_shell", "tools[].tool_search", "tools[].web_search",
        "tools[].image_generation",
      ])
  }

  @Test func callsAreWhatTheAgentKnows() throws {
    let items = try items(
      read(Self.every), ["apply_patch", "mcp__db__js", "mcp__repl__raw", "shell"], #"{"input":"*** \"Begin\""}"#)
    #expect(
      items.map { $0["type"]?.string } == ["custom_tool_call", "function_call", "custom_tool_call", "function_call"])
    #expect(items[0]["input"] == #"*** "Begin""# && items[0]["name"] == "apply_patch" && items[0]["namespace"] == nil)
    #expect(items[1]["namespace"] == "mcp__db__" && items[1]["name"] == "js")
    #expect(items[2]["namespace"] == "mcp__repl" && items[2]["name"] == "raw")
    #expect(items[3]["name"] == "shell" && items[3]["namespace"] == nil)
    let shell = try self.items(read(Self.every), ["local_shell", "tool_search"], #"{"command":["ls"]}"#)
    #expect(shell[0]["action"] == ["type": "exec", "command": ["ls"], "env": [:]])
    #expect(shell[1]["type"] == "tool_search_call" && shell[1]["arguments"] == ["command": ["ls"]])
    // What a model wrote that is no such object is the input itself.
    #expect(try self.items(read(Self.every), ["apply_patch"], "*** Begin")[0]["input"] == "*** Begin")
  }

  @Test func aStreamTellsTheInputOfACustomToolAndNothingOfItsJSON() throws {
    var writer = OpenAIResponses.writer(for: try read(Self.every))
    var buffer = ByteBuffer()
    let place = PartPlace(part: 0)
    for event in [
      AnswerEvent.began(AnswerStart(id: "r", model: "m")),
      .partBegan(.toolUse(id: "c", name: "apply_patch", signature: nil), at: place),
      .partGrew(.arguments(#"{"inp"#), at: place), .partGrew(.arguments(#"ut":"a\nb"}"#), at: place),
      .partEnded(at: place), .choiceFinished(.toolUse, stopSequence: nil, choice: 0), .ended,
    ] {
      writer.write(event, to: &buffer)
    }
    let text = String(buffer.span)
    let types = text.split(separator: "\n").filter { $0.hasPrefix("event: ") }.map { $0.dropFirst(7) }
    #expect(
      types == [
        "response.created", "response.in_progress", "response.output_item.added",
        "response.custom_tool_call_input.delta", "response.custom_tool_call_input.done", "response.output_item.done",
        "response.completed",
      ])
    #expect(text.contains(#""delta":"a\nb""#) && !text.contains("function_call"))
  }

  @Test func theHistoryCallsToolsByTheSameNames() throws {
    let read = try read(
      Self.every,
      input: #"""
        [{"type":"message","role":"assistant","content":[]},
         {"type":"custom_tool_call","call_id":"1","name":"apply_patch","input":"a"},
         {"type":"function_call","call_id":"2","namespace":"mcp__repl","name":"js","arguments":"{}"},
         {"type":"local_shell_call","call_id":"3","action":{"type":"exec","command":["ls"]},"status":"completed"},
         {"type":"tool_search_call","call_id":"4","execution":"client","arguments":{"q":"x"}},
         {"type":"custom_tool_call_output","call_id":"1","output":"done"},
         {"type":"tool_search_output","call_id":"4","execution":"client","tools":[
           {"type":"namespace","name":"late","description":"","tools":[{"type":"function","name":"f","defer_loading":true}]}]},
         {"type":"web_search_call","id":"w","status":"completed"}]
        """#)
    let calls = read.messages[0].parts.compactMap { part in
      if case .toolUse(let use) = part.content { "\(use.name) \(use.arguments)" } else { nil }
    }
    #expect(
      calls == [
        #"apply_patch {"input":"a"}"#, "mcp__repl__js {}", #"local_shell {"type":"exec","command":["ls"]}"#,
        #"tool_search {"q":"x"}"#,
      ])
    #expect(read.tools.last?.name == "late__f")
    #expect(read.messages[1].parts.count == 2 && read.untranslatable.isEmpty)
    #expect(read.hints.contains("input[].web_search_call"))
  }

  @Test func toolsOfTheInputAreOfferedOnceAndTwoOfOneNameAreTwo() throws {
    let read = try read(
      #"[{"type":"function","name":"a__b"},{"type":"namespace","name":"a","tools":[{"type":"function","name":"b"}]}]"#,
      input: #"""
        [{"type":"additional_tools","role":"developer","tools":[{"type":"function","name":"a__b"}]},
         {"role":"user","content":"x"}]
        """#)
    #expect(read.tools.map(\.name) == ["a__b", "a__b_"])
    #expect(try items(read, ["a__b_"], "{}")[0]["namespace"] == "a")
  }

  @Test func aSearchOfTheLiveWebIsCarriedAndWhatOnlyOpenAIKeepsIsNot() throws {
    let live = #"[{"type":"web_search","filters":{"allowed_domains":["a.example"]}}]"#
    #expect(try read(live).webSearch == WebSearch(allowedDomains: ["a.example"]))
    for item in ["compaction", "context_compaction", "item_reference"] {
      let input = #"[{"role":"user","content":"x"},{"type":"\#(item)","encrypted_content":"e"}]"#
      #expect(try read("[]", input: input).untranslatable == ["input[].\(item)"])
    }
  }
}
