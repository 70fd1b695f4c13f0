// AnthropicTools: the tools of a request to Anthropic and which of them may be called.

import JSON

extension Fields {
  /// `tools` and `tool_choice`.
  mutating func anthropicTools(_ terms: inout Terms, _ markers: inout CacheMarkers) throws(Refusal) {
    for tool in try objects("tools") ?? [] {
      var tool = tool
      let type = try tool.string("type")
      if type != nil, type != "custom" {
        // A tool of Anthropic's own, which the mock does not have.
        throw tool.fault(.invalid("Input tag '\(type!)' is not a tool of aigw-mock"), at: "type")
      }
      let name = try tool.toolName(lengthMax: 128)
      if terms.tools.contains(where: { $0.name == name }) { throw .invalid("tools: Tool names must be unique.") }
      _ = try tool.string("description")
      var schema = try tool.requiredObject("input_schema")
      _ = try schema.required("type", among: ["object"])
      try markers.take(&tool)
      if try tool.bool("strict") == true { try schema.checkHeldByClaude() }
      tool.ignore("allowed_callers", "defer_loading", "eager_input_streaming", "input_examples")
      try tool.end()
      terms.tools.append(Tool(name: name, schema: schema.value))
    }
    guard var choice = try object("tool_choice") else { return }
    let type = try choice.required("type", among: ["auto", "any", "tool", "none"])
    if type != "none" { terms.allowsParallelTools = try choice.bool("disable_parallel_tool_use") != true }
    let name = type == "tool" ? try choice.required("name") : nil
    try choice.end()
    if terms.tools.isEmpty, type != "none" {
      throw .invalid("tool_choice: tool_choice may only be specified while providing tools")
    }
    if let name, !terms.tools.contains(where: { $0.name == name }) {
      throw .invalid("tool_choice: Tool '\(name)' not found in provided tools")
    }
    if terms.thinking == .always, type == "any" || type == "tool" {
      throw .invalid("Thinking may not be enabled when tool_choice forces tool use.")
    }
    terms.toolChoice =
      switch type {
      case "any": .any
      case "tool": .named(name!)
      case "none": .forbidden
      default: .free
      }
  }

  mutating func nonEmptyText() throws(Refusal) -> String {
    let text = try required("text")
    if text.isEmpty { throw .invalid("messages: text content blocks must be non-empty") }
    return text
  }
}
