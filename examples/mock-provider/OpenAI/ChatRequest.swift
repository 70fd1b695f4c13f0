// ChatRequest: the body of /v1/chat/completions, checked as OpenAI would.
// https://platform.openai.com/docs/api-reference/chat/create

import Bytes
import JSON

enum ChatRequest {
  private enum Name: String, FieldName {
    case model, messages, stream, user
    case streamOptions = "stream_options"
    case maxTokens = "max_tokens"
    case maxCompletionTokens = "max_completion_tokens"
  }
  private static let scanner = FieldScanner<Name>()

  /// `deployment` is the model that Azure's path names.
  static func read(_ body: Span<UInt8>, deployment: String? = nil, _ knobs: Knobs) throws(Refusal) -> Generation {
    let fields = try scanner.read(body)
    let found = Name.allCases.reduce(0) { $0 + (fields[$1] == nil ? 0 : 1) }
    if deployment == nil, found == fields.object.memberCount,
      let prompt = PlainMessages.read(fields.value(.messages), in: body)
    {
      return try quick(fields, prompt, in: body, knobs)
    }
    return try careful(body, deployment, knobs)
  }

  /// Plain texts and no field that would change more than their number.
  private static func quick(
    _ fields: FieldTable<Name>, _ prompt: Prompt, in body: Span<UInt8>, _ knobs: Knobs
  ) throws(Refusal) -> Generation {
    let model = try fields.model(.model, in: body, knobs)
    let streams = try fields.bool(.stream, in: body)
    let usage = try StreamOptions.includeUsage(fields.value(.streamOptions), streams: streams, in: body)
    var terms = Terms()
    let older = try fields.integer(.maxTokens, in: body)
    terms.maxTokens = try fields.integer(.maxCompletionTokens, in: body) ?? older
    return Generation(
      .chat(includesUsage: usage), model: model, streams: streams, user: try fields.string(.user, in: body), prompt,
      terms, knobs)
  }

  private static func careful(
    _ body: Span<UInt8>, _ deployment: String?, _ knobs: Knobs
  ) throws(Refusal) -> Generation {
    var fields = try Fields(parsing: body, .openAI)
    var model = deployment ?? ""
    if deployment == nil { model = try fields.chatModel(knobs) } else { fields.ignore("model") }
    let user = try fields.string("user")
    let streams = try fields.bool("stream") ?? false
    let usage = try fields.streamUsage(streams: streams)
    var terms = Terms()
    try fields.bounds(&terms)
    try fields.sampling(&terms)
    try fields.chatTools(&terms)
    try fields.chatFormat(&terms)
    let effort = try fields.string(
      "reasoning_effort", among: ["none", "minimal", "low", "medium", "high", "xhigh"])
    terms.thinking = effort == nil || effort == "none" ? .never : .whenAsked
    fields.ignore(
      "logit_bias", "metadata", "modalities", "moderation", "prediction", "prompt_cache_key", "prompt_cache_options",
      "prompt_cache_retention", "safety_identifier", "service_tier", "store", "verbosity", "web_search_options",
      "audio", "function_call", "functions")
    let prompt = try ChatMessages.read(&fields)
    try fields.end()
    return Generation(
      .chat(includesUsage: usage), model: model, streams: streams, user: user, prompt, terms, knobs)
  }
}

extension Fields {
  fileprivate mutating func chatModel(_ knobs: Knobs) throws(Refusal) -> String {
    guard let model = try string("model"), !model.isEmpty else {
      throw .invalid("you must provide a model parameter", param: "model")
    }
    if let models = knobs.models, !models.contains(model) { throw .unknownModel(model) }
    return model
  }

  fileprivate mutating func streamUsage(streams: Bool) throws(Refusal) -> Bool {
    guard var options = try object("stream_options") else { return false }
    guard streams else {
      throw .invalid(
        "The 'stream_options' parameter is only allowed when 'stream' is enabled.", param: "stream_options")
    }
    let usage = try options.bool("include_usage") ?? false
    options.ignore("include_obfuscation")
    try options.end()
    return usage
  }

  fileprivate mutating func bounds(_ terms: inout Terms) throws(Refusal) {
    let older = try integer("max_tokens", in: 1...Int.max)
    terms.maxTokens = try integer("max_completion_tokens", in: 1...Int.max) ?? older
    terms.choices = try integer("n", in: 1...128) ?? 1
  }

  fileprivate mutating func sampling(_ terms: inout Terms) throws(Refusal) {
    try number("temperature", in: 0...2)
    try number("top_p", in: 0...1)
    try number("presence_penalty", in: -2...2)
    try number("frequency_penalty", in: -2...2)
    _ = try integer("seed", in: Int.min...Int.max)
    let wantsLogprobs = try bool("logprobs") ?? false
    if try integer("top_logprobs", in: 0...20) != nil, !wantsLogprobs {
      throw fault(.invalid("logprobs must be true."), at: "top_logprobs")
    }
    if let stop = value("stop"), stop.kind == .string {
      terms.stop = [stop.string!]
    } else {
      terms.stop = try strings("stop") ?? []
    }
    if terms.stop.count > 4 { throw fault(.invalid("expected at most 4 stop sequences."), at: "stop") }
  }

  /// `response_format`.
  fileprivate mutating func chatFormat(_ terms: inout Terms) throws(Refusal) {
    guard var format = try object("response_format") else { return }
    switch try format.required("type", among: ["text", "json_object", "json_schema"]) {
    case "json_object": terms.schema = [:]
    case "json_schema":
      var named = try format.requiredObject("json_schema")
      _ = try named.required("name")
      _ = try named.string("description")
      let isStrict = try named.bool("strict") ?? false
      if let schema = try named.object("schema") {
        if isStrict { try schema.checkStrict() }
        terms.schema = schema.value
      } else {
        terms.schema = [:]
      }
      try named.end()
    default: break
    }
    try format.end()
  }
}
