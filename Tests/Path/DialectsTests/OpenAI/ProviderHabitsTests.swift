import Bytes
import Conversation
import JSON
import Providers
import TestSupport
import Testing

@testable import Dialects
@testable import Hub
@testable import OpenAI
@testable import Responses

/// What a provider of chat completions is sent that takes less, or other words, than OpenAI does.
@Suite struct ProviderHabitsTests {
  private static var mistral: ProviderHabits {
    var habits = ProviderHabits()
    habits.knowsDeveloper = false
    habits.takesOneSystem = true
    habits.takesNames = false
    habits.thoughts = .parts
    habits.takesNineLetterIDs = true
    habits.refusesUnknown = true
    habits.asksForStreamUsage = false
    habits.tiers = .none
    return habits
  }

  private static var groq: ProviderHabits {
    var habits = ProviderHabits()
    habits.knowsDeveloper = false
    habits.thoughts = .reasoning
    habits.tiers = .onDemand
    return habits
  }

  private func body(_ conversation: Conversation) throws -> (body: JSONValue, losses: Losses) {
    var losses = Losses()
    let body = OpenAIChat.body(of: conversation, losses: &losses)
    return (try JSONValue.parse(body.span, rejectingDuplicates: true), losses)
  }

  private func conversation(
    _ messages: [Message], model: String = "m", _ habits: ProviderHabits = ProviderHabits()
  ) -> Conversation {
    var conversation = Conversation(model: model, messages: messages)
    conversation.habits = habits
    return conversation
  }

  // MARK: put into chat completions

  @Test func instructionsAreOneMessageOfTheSystemsWhereATemplateTakesOne() throws {
    let (sent, losses) = try body(
      conversation(
        [
          Message(.system, [.text("S")]), Message(.user, [.text("a")]), Message(.developer, [.text("R")]),
          Message(.user, [.text("c")]),
        ], Self.mistral))
    #expect(
      sent["messages"]?.text == #"[{"role":"system","content":"S\n\nR"},{"role":"user","content":"a"},"#
        + #"{"role":"user","content":"c"}]"#)
    #expect(losses.approximated == [.systemMessage])
  }

  @Test func aDevelopersMessageKeepsItsRoleOnlyWhereItIsKnown() throws {
    let said = [Message(.user, [.text("a")]), Message(.developer, [.text("R")])]
    let usual = try body(conversation(said)).body
    #expect(usual["messages"]?[1]?["role"]?.string == "developer")
    let groq = try body(conversation(said, Self.groq)).body
    #expect(groq["messages"]?[1]?["role"]?.string == "system")
  }

  @Test func aTurnOfWhichNothingIsLeftIsLeftOut() throws {
    let signed = Part(.thinking(Thinking("T", signature: Signature("c2ln", of: .claude))))
    let said = [
      Message(.user, [.text("a")]), Message(.assistant, [signed]), Message(.assistant, []),
      Message(.user, [.text("b")]),
    ]
    #expect(
      try body(conversation(said)).body["messages"]?.text
        == #"[{"role":"user","content":"a"},{"role":"user","content":"b"}]"#)
  }

  @Test func callsOfTwoTurnsInARowAreOfOneMessage() throws {
    func call(_ id: String) -> Part { Part(.toolUse(ToolUse(id: id, name: "f", arguments: "{}"))) }
    func result(_ id: String) -> Part { Part(.toolResult(ToolResult(id: id, parts: [.text("1")]))) }
    let (sent, _) = try body(
      conversation([
        Message(.user, [.text("a")]), Message(.assistant, [call("x")]), Message(.assistant, [call("y")]),
        Message(.user, [result("x"), result("y")]),
      ]))
    #expect(sent["messages"]?.elements?.compactMap { $0["role"]?.string } == ["user", "assistant", "tool", "tool"])
    #expect(sent["messages"]?[1]?["tool_calls"]?.count == 2)
  }

  @Test func whatMistralDoesNotKnowItIsNotSent() throws {
    var asked = conversation(
      [
        Message(.user, [.text("a")], name: "me"),
        Message(.assistant, [Part(.thinking(Thinking("T"))), Part(.refusal("no"))]), Message(.user, [.text("b")]),
      ], model: "magistral-medium-latest", Self.mistral)
    asked.user = "u"
    asked.metadata = [("k", "v")]
    asked.serviceTier = "flex"
    asked.sampling.seed = 7
    asked.reasoning = Reasoning(.effort(.low), isShown: true)
    let (sent, losses) = try body(asked)
    #expect(sent["random_seed"]?.integer == 7)
    for name in ["user", "metadata", "service_tier", "seed", "reasoning_effort"] {
      #expect(sent[name] == nil, "\(name)")
    }
    #expect(sent["messages"]?[0]?["name"] == nil)
    #expect(
      sent["messages"]?[1]?["content"]?.text
        == #"[{"type":"thinking","thinking":[{"type":"text","text":"T"}]},{"type":"text","text":"no"}]"#)
    #expect(losses.dropped == [])
    #expect(losses.approximated == [.messageName, .user, .metadata, .serviceTier, .reasoning])
    asked.model = "mistral-large-2512"
    #expect(!(try body(asked).body.text.contains("thinking")))
  }

  @Test func groqsThinkingAndTiersHaveItsOwnNames() throws {
    var asked = conversation([Message(.assistant, [Part(.thinking(Thinking("T"))), .text("a")])], Self.groq)
    asked.serviceTier = "default"
    let (sent, losses) = try body(asked)
    #expect(sent["messages"]?[0]?["reasoning"]?.string == "T")
    #expect(sent["messages"]?[0]?["reasoning_content"] == nil)
    #expect(sent["service_tier"]?.string == "on_demand")
    #expect(losses == Losses())
    asked.serviceTier = "priority"
    let priority = try body(asked)
    #expect(priority.body["service_tier"] == nil && priority.losses.approximated == [.serviceTier])
    asked.habits = ProviderHabits()
    asked.serviceTier = "on_demand"
    #expect(try body(asked).body["service_tier"]?.string == "default")
  }

  @Test func whatIsDroppedLeavesNoEmptyContent() throws {
    let file = Part(.image(Media(.file("gs://x"))))
    let (sent, losses) = try body(conversation([Message(.user, [.text("a")]), Message(.user, [file])]))
    #expect(sent["messages"]?.count == 1)
    #expect(losses.dropped == [.file])
  }

  // MARK: identifiers

  @Test func anIdentifierIsTheSameForACallAndItsResultAndFitsTheProvider() throws {
    let long = "call_" + String(repeating: "f", count: 60)
    let said = [
      Message(.assistant, [Part(.toolUse(ToolUse(id: long, name: "f", arguments: "{}")))]),
      Message(.user, [Part(.toolResult(ToolResult(id: long, parts: [.text("1")])))]),
    ]
    for (habits, length) in [(ProviderHabits(), 40), (Self.mistral, 9)] {
      let sent = try body(conversation(said, habits)).body
      let id = sent["messages"]?[0]?["tool_calls"]?[0]?["id"]?.string
      #expect(id?.utf8.count == length)
      #expect(sent["messages"]?[1]?["tool_call_id"]?.string == id)
    }
  }

  @Test func identifiersThatDifferNeverMeet() {
    var seen: Set<String> = []
    for number in 0..<20_000 { seen.insert(CallIdentifier.nineLetters("call_\(number)")) }
    #expect(seen.count == 20_000)
    let prefix = String(repeating: "a", count: 70)
    var fitted: Set<String> = []
    for number in 0..<1_000 { fitted.insert(CallIdentifier.fitting(prefix + "\(number)", atMost: 40, isPlain: false)) }
    #expect(fitted.count == 1_000 && fitted.allSatisfy { $0.utf8.count == 40 })
    #expect(
      CallIdentifier.fitting("a.b", atMost: 64, isPlain: true)
        != CallIdentifier.fitting("a_b", atMost: 64, isPlain: true))
    #expect(CallIdentifier.fitting("call_1", atMost: 40, isPlain: true) == "call_1")
    #expect(CallIdentifier.nineLetters("D681PevKs") == "D681PevKs")
    for id in ["", "é", "functions.add:0"] {
      #expect(CallIdentifier.nineLetters(id).utf8.allSatisfy { $0 != 45 && $0 != 95 && $0 < 128 })
    }
  }

  // MARK: the agent's own bytes

  private func adapted(_ given: String, to habits: ProviderHabits) throws -> String {
    var changes = RequestChanges()
    changes.habits = habits
    return text(try OpenAIRequest(ByteSlice(given)).body(with: changes))
  }

  static let splices: [(habits: ProviderHabits, given: String, sent: String)] = [
    (
      groq, #"{"messages":[{"role":"developer","content":"x"},{"role":"user","content":"say \"developer\""}]}"#,
      #"{"messages":[{"role":"system","content":"x"},{"role":"user","content":"say \"developer\""}]}"#
    ),
    (
      groq, #"{"messages":[{"role":"assistant","content":"x","reasoning_content":"T"}]}"#,
      #"{"messages":[{"role":"assistant","content":"x","reasoning":"T"}]}"#
    ),
    (
      mistral,
      #"{"messages":[{"role":"user","content":"a"}, {"role":"developer","content":"R\n"} ,{"role":"system","content":"S"}]}"#,
      #"{"messages":[{"role":"system","content":"R\n\n\nS"},{"role":"user","content":"a"}]}"#
    ),
    (
      mistral,
      #"{"messages":[{"role":"system","content":"S"},{"role":"developer","content":"R"}],"seed":1,"user":"u"}"#,
      #"{"messages":[{"role":"system","content":"S\n\nR"}],"random_seed":1}"#
    ),
    // A content of parts is nobody's to rewrite: the roles at least are.
    (
      mistral, #"{"messages":[{"role":"system","content":[]},{"role":"developer","content":"R"}]}"#,
      #"{"messages":[{"role":"system","content":[]},{"role":"system","content":"R"}]}"#
    ),
    (
      mistral,
      #"{"max_completion_tokens":9,"stream_options":{"include_usage":true},"messages":[{"role":"user","name":"n"}]}"#,
      #"{"max_tokens":9,"messages":[{"role":"user"}]}"#
    ),
    (ProviderHabits(), #"{"service_tier":"on_demand","messages":[]}"#, #"{"service_tier":"default","messages":[]}"#),
    (
      ProviderHabits(), #"{"messages":[{"role":"developer","content":"x"}]}"#,
      #"{"messages":[{"role":"developer","content":"x"}]}"#
    ),
  ]

  @Test(arguments: splices.indices) func theAgentsBytesAreSplicedWhereTheProviderDiffers(row: Int) throws {
    #expect(try adapted(Self.splices[row].given, to: Self.splices[row].habits) == Self.splices[row].sent)
  }

  @Test func identifiersInTheAgentsBytesAreMappedInCallAndResult() throws {
    let given =
      #"{"messages":[{"role":"assistant","reasoning_content":"T","tool_calls":[{"id":"toolu_01V","extra_content":{},"type":"function"}]},"#
      + #"{"role":"tool","tool_call_id":"toolu_01V","content":"3"}]}"#
    let id = CallIdentifier.nineLetters("toolu_01V")
    #expect(
      try adapted(given, to: Self.mistral)
        == #"{"messages":[{"role":"assistant","tool_calls":[{"id":"\#(id)","type":"function"}]},"#
        + #"{"role":"tool","tool_call_id":"\#(id)","content":"3"}]}"#)
    #expect(try adapted(given, to: ProviderHabits()) == given)
    let long = String(repeating: "x", count: 41)
    let short = CallIdentifier.fitting(long, atMost: 40, isPlain: false)
    let longBody =
      #"{"messages":[{"role":"assistant","tool_calls":[{"id":"\#(long)"}]},{"role":"tool","tool_call_id" : "\#(long)"}]}"#
    #expect(try adapted(longBody, to: ProviderHabits()) == longBody.replacing(long, with: short))
  }

  @Test func identifiersOfItemsAreShortenedForResponses() throws {
    let long = String(repeating: "x", count: 65)
    let given = #"{"input":[{"type":"function_call","call_id": "\#(long)"},{"output":"\"call_id\":\"\#(long)\""}]}"#
    let short = CallIdentifier.fitting(long, atMost: 64, isPlain: false)
    let sent = text(try ResponsesRequest(ByteSlice(given)).body(with: RequestChanges()))
    #expect(
      sent == #"{"input":[{"type":"function_call","call_id": "\#(short)"},{"output":"\"call_id\":\"\#(long)\""}]}"#)
  }

  /// Whatever is sent must still be one JSON object, and no two edits may meet.
  @Test func hostileBodiesAreSplicedIntoJSON() throws {
    let pieces = [
      #"{"role":"developer","content":"R","tool_call_id":"toolu_x","tool_calls":[{"id":"a"}],"name":"n"}"#,
      #"{"role":"system","content":"S","reasoning_content":"x"}"#,
      #"{"role":"assistant","reasoning":"a","reasoning_content":"b"}"#,
      #"{"role":"assistant","tool_calls":[{"id":"x","id":"y"},[],null,{"extra_content":1}],"thinking_blocks":[]}"#,
      "null", "7", "{}", #"{"role":"developer","role":"user"}"#, #"{"role":"developer","content":7}"#,
      #"{ "role" : "developer" , "content" : "" }"#,
    ]
    for first in pieces {
      for second in pieces {
        for third in pieces {
          let given =
            #"{"user":null,"seed":{},"messages":[\#(first),\#(second) , \#(third)],"store":1,"service_tier":"flex"}"#
          for habits in [Self.mistral, Self.groq, ProviderHabits()] {
            let sent = try adapted(given, to: habits)
            #expect(throws: Never.self, "\(sent)") { try JSONValue.parse(sent.utf8.span) }
          }
        }
      }
    }
  }
}
