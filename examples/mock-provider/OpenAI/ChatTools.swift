// ChatTools: the tools of a chat request and which of them may be called; Cohere's are the same.

import JSON

extension Fields {
  /// `tools`, `tool_choice` and `parallel_tool_calls`.
  mutating func chatTools(_ terms: inout Terms) throws(Refusal) {
    if let tools = try objects("tools") {
      if tools.isEmpty {
        throw .invalid("Invalid 'tools': empty array. Expected an array with at least one tool.", param: "tools")
      }
      for tool in tools { terms.tools.append(try tool.chatTool()) }
    }
    let parallel = try bool("parallel_tool_calls")
    if parallel != nil, terms.tools.isEmpty {
      throw .invalid(
        "Invalid value for 'parallel_tool_calls': 'parallel_tool_calls' is only allowed when 'tools' are specified.",
        param: "parallel_tool_calls")
    }
    terms.allowsParallelTools = parallel ?? true
    guard let choice = value("tool_choice") else { return }
    if terms.tools.isEmpty, choice.string != "none" {
      throw .invalid(
        "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.",
        param: "tool_choice")
    }
    terms.toolChoice = try chatToolChoice(choice, terms.tools)
  }

  private mutating func chatToolChoice(_ choice: JSONValue, _ tools: [Tool]) throws(Refusal) -> Terms.ToolChoice {
    if choice.kind == .string {
      switch choice.string {
      case "auto": return .free
      case "none": return .forbidden
      case "required": return .any
      default: throw fault(.invalid("supported values are 'none', 'auto', 'required'."), at: "tool_choice")
      }
    }
    guard var named = try object("tool_choice") else { return .free }
    _ = try named.required("type", among: ["function"])
    var function = try named.requiredObject("function")
    let name = try function.required("name")
    try function.end()
    try named.end()
    guard tools.contains(where: { $0.name == name }) else {
      throw fault(.invalid("the tool '\(name)' is not among 'tools'."), at: "tool_choice")
    }
    return .named(name)
  }

  /// `{type: function, function: {name, description, parameters, strict}}`
  private func chatTool() throws(Refusal) -> Tool {
    var tool = self
    _ = try tool.required("type", among: ["function"])
    var function = try tool.requiredObject("function")
    let name = try function.toolName()
    _ = try function.string("description")
    let schema = try function.object("parameters")
    if try function.bool("strict") == true, let schema { try schema.checkStrict() }
    try function.end()
    try tool.end()
    return Tool(name: name, schema: schema?.value)
  }

  /// A name made of letters, digits, underscores and dashes; Anthropic takes longer ones than the others.
  mutating func toolName(lengthMax: Int = 64) throws(Refusal) -> String {
    let name = try required("name")
    let isPlain = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
        true
      default: false
      }
    }
    guard isPlain, (1...lengthMax).contains(name.utf8.count) else {
      throw fault(.invalid("expected a string that matches '^[a-zA-Z0-9_-]{1,\(lengthMax)}$'."), at: "name")
    }
    return name
  }
}
