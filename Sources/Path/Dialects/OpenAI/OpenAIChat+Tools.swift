// OpenAIChat+Tools: the tools an agent offers, and which of them must be called.

import Conversation
import Hub
import JSON

extension OpenAIChat {
  static func readTools(
    _ request: inout ObjectReader, into conversation: inout Conversation
  ) throws(ShapeFault) {
    for var tool in try request.objects("tools") ?? [] {
      let type = try tool.string("type") ?? "function"
      guard type == "function" else {
        conversation.untranslatable.append("tools[].\(type)")
        continue
      }
      guard var function = try tool.object("function") else { throw tool.fault("function", "is missing") }
      conversation.tools.append(
        Tool(
          name: try function.required("name"), description: try function.string("description"),
          parameters: try function.object("parameters")?.value, isStrict: try function.bool("strict"),
          cache: try cacheMarker(&tool)))
      conversation.untranslatable += tool.unread.map { "tools[].\($0)" }
      conversation.untranslatable += function.unread.map { "tools[].function.\($0)" }
    }
    if let choice = request.value("tool_choice") {
      conversation.toolChoice = try toolChoice(choice, &request, &conversation.untranslatable)
    }
    // Several at once is what every provider does unless told otherwise.
    if try request.bool("parallel_tool_calls") == false { conversation.allowsParallelTools = false }
  }

  private static func toolChoice(
    _ choice: JSONValue, _ request: inout ObjectReader, _ untranslatable: inout [String]
  ) throws(ShapeFault) -> ToolChoice? {
    if let word = choice.string {
      switch word {
      case "auto": return .auto
      case "none": return ToolChoice.none
      // Mistral's word is the second.
      case "required", "any": return .required
      default: throw request.fault("tool_choice", "must be auto, none, required or a function")
      }
    }
    var object = try ObjectReader(choice, at: "tool_choice")
    let type = try object.string("type") ?? "function"
    guard type == "function" else {
      untranslatable.append("tool_choice.\(type)")
      return nil
    }
    guard var function = try object.object("function") else { throw object.fault("function", "is missing") }
    return .tool(try function.required("name"))
  }

  /// `prompt_cache_breakpoint`, or Anthropic's `cache_control`. OpenAI's twelve hours are the longer of two lifetimes,
  /// as Anthropic's hour is.
  package static func cacheMarker(_ object: inout ObjectReader) throws(ShapeFault) -> CacheMarker? {
    if var control = try object.object("cache_control") {
      _ = try control.string("type")
      return CacheMarker(try control.string("ttl").flatMap { CacheMarker.Lifetime(rawValue: $0) })
    }
    guard var breakpoint = try object.object("prompt_cache_breakpoint") else { return nil }
    return CacheMarker(try breakpoint.string("ttl") == "12h" ? .oneHour : nil)
  }
}
