// CohereRequest: the body of /v2/chat, checked as Cohere would.
// https://docs.cohere.com/reference/chat

import Bytes
import JSON

enum CohereRequest {
  static func read(_ body: Span<UInt8>, _ knobs: Knobs) throws(Refusal) -> Generation {
    var fields = try Fields(parsing: body, .cohere)
    let model = try fields.model("model", knobs)
    let streams = try fields.bool("stream") ?? false
    var terms = Terms()
    terms.maxTokens = try fields.integer("max_tokens", in: 1...Int.max)
    try fields.number("temperature", in: 0...1)
    try fields.number("p", in: 0.01...0.99)
    _ = try fields.integer("k", in: 0...500)
    _ = try fields.integer("seed", in: Int.min...Int.max)
    try fields.number("frequency_penalty", in: 0...1)
    try fields.number("presence_penalty", in: 0...1)
    terms.stop = try fields.strings("stop_sequences") ?? []
    if terms.stop.count > 5 { throw fields.fault(.invalid("at most 5 stop sequences."), at: "stop_sequences") }
    try fields.cohereTools(&terms)
    try fields.cohereFormat(&terms)
    if var thinking = try fields.object("thinking") {
      terms.thinking = try thinking.required("type", among: ["enabled", "disabled"]) == "enabled" ? .whenAsked : .never
      _ = try thinking.integer("token_budget", in: 1...Int.max)
      try thinking.end()
    }
    fields.ignore("documents", "citation_options", "safety_mode", "logprobs", "priority", "strict_tools")
    let prompt = try CohereMessages.read(&fields)
    try fields.end()
    return Generation(.cohere, model: model, streams: streams, prompt, terms, knobs)
  }
}

extension Fields {
  /// The tools are OpenAI's; which must be called is told in capitals.
  fileprivate mutating func cohereTools(_ terms: inout Terms) throws(Refusal) {
    for tool in try objects("tools") ?? [] {
      var tool = tool
      _ = try tool.required("type", among: ["function"])
      var function = try tool.requiredObject("function")
      let name = try function.required("name")
      _ = try function.string("description")
      let schema = try function.object("parameters")
      try function.end()
      try tool.end()
      terms.tools.append(Tool(name: name, schema: schema?.value))
    }
    guard let choice = try string("tool_choice", among: ["REQUIRED", "NONE"]) else { return }
    if terms.tools.isEmpty { throw fault(.invalid("tools must be given with it."), at: "tool_choice") }
    terms.toolChoice = choice == "REQUIRED" ? .any : .forbidden
  }

  fileprivate mutating func cohereFormat(_ terms: inout Terms) throws(Refusal) {
    guard var format = try object("response_format") else { return }
    let isJSON = try format.required("type", among: ["text", "json_object"]) == "json_object"
    let schema = try format.object("json_schema")
    try format.end()
    if isJSON { terms.schema = schema?.value ?? [:] }
    if isJSON, !terms.tools.isEmpty {
      throw fault(.invalid("json_object is not supported together with tools."), at: "response_format")
    }
  }
}
