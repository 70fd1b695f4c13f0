// ToolNamesTests: names of tools fitted to what a provider takes, and given back.

import Conversation
import Testing

@Suite struct ToolNamesTests {
  private static let long = "mcp__" + String(repeating: "server_", count: 10) + "tool"

  private func fit(_ names: [String], to rule: ToolNameRule) -> (names: [String], map: ToolNames) {
    var conversation = Conversation(model: "m")
    conversation.tools = names.map { Tool(name: $0) }
    let map = ToolNames(fitting: &conversation, to: rule)
    return (conversation.tools.map(\.name), map)
  }

  @Test func whatIsTakenStaysAsItIs() {
    let (names, map) = fit(["Read", "a-b_9", "9"], to: ToolNameRule())
    #expect(names == ["Read", "a-b_9", "9"] && map.isEmpty)
    #expect(fit(["a.b:c-d"], to: ToolNameRule(others: "_.:-", beginsWithLetter: true)).map.isEmpty)
    #expect(fit([Self.long], to: ToolNameRule(lengthMax: 128)).map.isEmpty)
  }

  @Test func othersAreFittedAndGivenBack() throws {
    let all = [Self.long, Self.long + "2", "server.tool", "server:tool", "", "wörld", "9x"]
    let (names, map) = fit(all, to: ToolNameRule(others: "", beginsWithLetter: true))
    #expect(Set(names).count == all.count)
    for (name, original) in zip(names, all) {
      #expect(name.utf8.count <= 64 && name.wholeMatch(of: /[a-zA-Z_][a-zA-Z0-9_]*/) != nil)
      #expect(map.original(of: name) == original)
    }
    // The same name in another request gives the same, so that kept prompts stay good.
    #expect(fit([Self.long], to: ToolNameRule(others: "", beginsWithLetter: true)).names == [names[0]])
    #expect(map.original(of: "made_up") == "made_up")
  }

  @Test func theChoiceAndEarlierCallsFollow() throws {
    var conversation = Conversation(
      model: "m",
      messages: [
        Message(.assistant, [Part(.toolUse(ToolUse(id: "1", name: "a.b", arguments: "{}")))]),
        Message(.assistant, [Part(.toolUse(ToolUse(id: "2", name: "gone.now", arguments: "{}")))]),
      ])
    conversation.tools = [Tool(name: "a.b")]
    conversation.toolChoice = .tool("a.b")
    let map = ToolNames(fitting: &conversation, to: ToolNameRule())
    let name = conversation.tools[0].name
    #expect(name != "a.b" && conversation.toolChoice == .tool(name))
    var parts = conversation.messages.flatMap(\.parts)
    guard case .toolUse(let first) = parts[0].content, case .toolUse(let second) = parts[1].content else {
      Issue.record("no calls")
      return
    }
    #expect(first.name == name && second.name != "gone.now")
    map.restore(in: &parts)
    #expect(parts[0] == Part(.toolUse(ToolUse(id: "1", name: "a.b", arguments: "{}"))))
    var event = AnswerEvent.partBegan(.toolUse(id: "3", name: name, signature: nil), at: PartPlace(part: 0))
    map.restore(in: &event)
    #expect(event == .partBegan(.toolUse(id: "3", name: "a.b", signature: nil), at: PartPlace(part: 0)))
  }

  @Test func aFittedNameIsNoOtherTools() {
    let fitted = fit(["a.b"], to: ToolNameRule()).names[0]
    let (names, map) = fit(["a.b", fitted], to: ToolNameRule())
    #expect(names[1] == fitted && names[0] != fitted && map.original(of: names[0]) == "a.b")
    #expect(map.original(of: fitted) == fitted)
  }
}

@Suite struct LoneCallsTests {
  @Test func theFirstCallOfEachChoiceIsTold() {
    var lone = LoneCalls()
    func call(_ part: Int, choice: Int = 0) -> [AnswerEvent] {
      let place = PartPlace(choice: choice, part: part)
      return [
        .partBegan(.toolUse(id: "\(part)", name: "f", signature: nil), at: place),
        .partGrew(.arguments("{}"), at: place),
        .partEnded(at: place),
      ]
    }
    let text = [AnswerEvent.partBegan(.text, at: PartPlace(part: 1)), .partEnded(at: PartPlace(part: 1))]
    let events = call(0) + text + call(2) + call(0, choice: 1) + call(3)
    #expect(events.filter { lone.lets($0) } == call(0) + text + call(0, choice: 1))
  }

  @Test func ofAWholeAnswerTooTheTextsStay() {
    let call = { (id: String) in Part(.toolUse(ToolUse(id: id, name: "f", arguments: "{}"))) }
    #expect(LoneCalls.of([.text("a"), call("1"), .text("b"), call("2")]) == [.text("a"), call("1"), .text("b")])
  }
}
