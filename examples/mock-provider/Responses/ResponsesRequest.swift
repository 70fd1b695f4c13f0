// ResponsesRequest: the body of /v1/responses, checked as OpenAI would.
// https://platform.openai.com/docs/api-reference/responses/create

import Bytes
import JSON

/// What a response repeats of its request, and what the request wants to see.
struct ResponseEcho: Sendable {
  /// Members of the response, as JSON text with a comma before each.
  let members: ByteSlice
  /// Summaries of thoughts.
  let showsThoughts: Bool
  /// Thoughts that can be handed back to a provider that has stored nothing.
  let sealsThoughts: Bool
}

enum ResponsesRequest {
  /// OpenAI's least; a smaller bound is refused.
  private static let outputTokensMin = 16

  static func read(_ body: Span<UInt8>, _ knobs: Knobs) throws(Refusal) -> Generation {
    var fields = try Fields(parsing: body, .responses)
    let model = try fields.model("model", knobs)
    let streams = try fields.bool("stream") ?? false
    let user = try fields.string("user")
    var terms = Terms()
    terms.maxTokens = try fields.integer("max_output_tokens", in: outputTokensMin...Int.max)
    try fields.number("temperature", in: 0...2)
    try fields.number("top_p", in: 0...1)
    try fields.responsesTools(&terms)
    try fields.responsesFormat(&terms)
    let isShown = try fields.reasoning(&terms)
    let include = try fields.strings("include") ?? []
    let isStored = try fields.bool("store") ?? true
    if let id = try fields.string("previous_response_id") {
      throw Refusal(
        status: 400, message: "Previous response with id '\(id)' not found.", param: "previous_response_id",
        code: "previous_response_not_found")
    }
    fields.ignore(
      "background", "conversation", "context_management", "max_tool_calls", "metadata", "moderation", "prompt",
      "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention", "safety_identifier", "service_tier",
      "stream_options", "top_logprobs", "truncation")
    var prompt = Prompt()
    if let instructions = try fields.string("instructions") { prompt.add([instructions]) }
    try ResponsesInput.read(&fields, &prompt, isStored: isStored)
    try fields.end()
    let echo = ResponseEcho(
      members: fields.echo, showsThoughts: isShown,
      sealsThoughts: include.contains("reasoning.encrypted_content"))
    return Generation(.responses(echo), model: model, streams: streams, user: user, prompt, terms, knobs)
  }
}

extension Fields {
  /// `reasoning`; whether a summary of it is wanted.
  fileprivate mutating func reasoning(_ terms: inout Terms) throws(Refusal) -> Bool {
    guard var reasoning = try object("reasoning") else { return false }
    let effort = try reasoning.string("effort", among: ["none", "minimal", "low", "medium", "high", "xhigh"])
    let summary = try reasoning.string("summary", among: ["auto", "concise", "detailed"])
    reasoning.ignore("generate_summary", "context", "mode")
    try reasoning.end()
    if effort != "none" { terms.thinking = .whenAsked }
    return summary != nil
  }

  fileprivate mutating func responsesTools(_ terms: inout Terms) throws(Refusal) {
    for tool in try objects("tools") ?? [] {
      var tool = tool
      _ = try tool.required("type", among: ["function"])
      let name = try tool.toolName()
      _ = try tool.string("description")
      let schema = try tool.object("parameters")
      // Here, other than in chat, a tool is strict unless it says that it is not.
      if try tool.bool("strict") ?? false, let schema { try schema.checkStrict() }
      tool.ignore("allowed_callers", "defer_loading", "output_schema")
      try tool.end()
      terms.tools.append(Tool(name: name, schema: schema?.value))
    }
    terms.allowsParallelTools = try bool("parallel_tool_calls") ?? true
    guard let choice = value("tool_choice") else { return }
    switch choice.string {
    case "auto": return
    case "none": terms.toolChoice = .forbidden
    case "required": terms.toolChoice = .any
    case .some: throw fault(.invalid("supported values are 'none', 'auto' and 'required'."), at: "tool_choice")
    case nil:
      guard var named = try object("tool_choice") else { return }
      _ = try named.required("type", among: ["function"])
      let name = try named.required("name")
      try named.end()
      guard terms.tools.contains(where: { $0.name == name }) else {
        throw fault(.invalid("Tool choice '\(name)' not found in 'tools' parameter."), at: "tool_choice")
      }
      terms.toolChoice = .named(name)
    }
    if terms.tools.isEmpty, choice.string != "none" {
      throw fault(.invalid("Tool choices other than 'none' or 'auto' require 'tools'."), at: "tool_choice")
    }
  }

  fileprivate mutating func responsesFormat(_ terms: inout Terms) throws(Refusal) {
    guard var text = try object("text") else { return }
    _ = try text.string("verbosity", among: ["low", "medium", "high"])
    if var format = try text.object("format") {
      switch try format.required("type", among: ["text", "json_object", "json_schema"]) {
      case "json_object": terms.schema = [:]
      case "json_schema":
        _ = try format.required("name")
        _ = try format.string("description")
        let schema = try format.requiredObject("schema")
        if try format.bool("strict") ?? false { try schema.checkStrict() }
        terms.schema = schema.value
      default: break
      }
      try format.end()
    }
    try text.end()
  }

  /// The members that a response repeats, each as it came or as it is by default.
  fileprivate var echo: ByteSlice {
    let defaults: [(name: String, value: JSONValue)] = [
      ("instructions", .null), ("max_output_tokens", .null), ("metadata", [:]), ("parallel_tool_calls", true),
      ("reasoning", ["effort": .null, "summary": .null]), ("store", true), ("temperature", 1),
      ("text", ["format": ["type": "text"]]), ("tool_choice", "auto"), ("tools", []), ("top_p", 1),
      ("truncation", "disabled"), ("user", .null),
    ]
    var text = ByteBuffer()
    for member in defaults {
      text.append(",\"")
      text.append(member.name)
      text.append("\":")
      (value[member.name] ?? member.value).write(into: &text)
    }
    return text.take()
  }
}
