// GeminiRequest: the body of generateContent, streamGenerateContent and countTokens, checked as Google would.
// https://ai.google.dev/api/generate-content

import Bytes
import JSON

/// What a request says about how its answer is written.
struct GeminiManner: Sendable {
  /// A stream is server-sent events, not one array.
  let asEvents: Bool
  /// Thoughts come as parts, not only as a number of tokens.
  var showsThoughts = false
}

enum GeminiRequest {
  static func read(
    _ body: Span<UInt8>, model: String, streams: Bool, asEvents: Bool, _ knobs: Knobs
  ) throws(Refusal) -> Generation {
    if let models = knobs.models, !models.contains(model) { throw .unknownModel(model) }
    var fields = try Fields(parsing: body, .gemini)
    fields.ignore("model")
    var terms = Terms()
    var manner = GeminiManner(asEvents: asEvents)
    let prompt = try fields.geminiConversation(of: model, &terms, &manner, knobs)
    try fields.end()
    return Generation(.gemini(manner), model: model, streams: streams, prompt, terms, knobs)
  }

  /// The answer of countTokens, whose body is contents, or a whole request.
  static func count(_ body: Span<UInt8>, model: String, _ knobs: Knobs) throws(Refusal) -> ByteSlice {
    if let models = knobs.models, !models.contains(model) { throw .unknownModel(model) }
    var fields = try Fields(parsing: body, .gemini)
    var terms = Terms()
    var manner = GeminiManner(asEvents: false)
    let prompt: Prompt
    fields.ignore("model")
    if var whole = try fields.object("generateContentRequest") {
      whole.ignore("model")
      prompt = try whole.geminiConversation(of: model, &terms, &manner, knobs)
      try whole.end()
    } else {
      prompt = try fields.geminiConversation(of: model, &terms, &manner, knobs)
    }
    try fields.end()
    return ByteSlice("{\"totalTokens\":\(prompt.tokens)}\n")
  }
}

extension Fields {
  fileprivate mutating func geminiConversation(
    of model: String, _ terms: inout Terms, _ manner: inout GeminiManner, _ knobs: Knobs
  ) throws(Refusal) -> Prompt {
    terms.thinking = .whenAsked
    try geminiTools(&terms)
    try generationConfig(&terms, &manner)
    // ai.google.dev/gemini-api/docs/structured-output: from the third generation on.
    let isOlder = ["gemini-1", "gemini-2"].contains { model.hasPrefix($0) }
    if isOlder, !terms.tools.isEmpty, terms.schema != nil {
      throw .invalid("Function calling with a response mime type: 'application/json' is unsupported")
    }
    ignore("safetySettings", "cachedContent", "labels", "serviceTier", "store", "modelArmorConfig")
    var prompt = Prompt()
    if var system = try object("systemInstruction") {
      _ = try system.string("role")
      var texts: [String] = []
      for part in try system.requiredObjects("parts") {
        var part = part
        texts.append(try part.required("text"))
        try part.end()
      }
      try system.end()
      prompt.add(texts)
    }
    try GeminiContents.read(&self, &prompt, terms, knobs)
    return prompt
  }

  private mutating func generationConfig(_ terms: inout Terms, _ manner: inout GeminiManner) throws(Refusal) {
    guard var config = try object("generationConfig") else { return }
    try config.number("temperature", in: 0...2)
    try config.number("topP", in: 0...1)
    try config.number("topK", in: 0...1_000_000)
    try config.number("presencePenalty", in: -2...2)
    try config.number("frequencyPenalty", in: -2...2)
    _ = try config.integer("seed", in: Int.min...Int.max)
    terms.choices = try config.integer("candidateCount", in: 1...8) ?? 1
    terms.maxTokens = try config.integer("maxOutputTokens", in: 1...Int.max)
    terms.stop = try config.strings("stopSequences") ?? []
    if terms.stop.count > 5 { throw config.fault(.invalid("at most 5 stop sequences."), at: "stopSequences") }
    try config.bool("responseLogprobs")
    _ = try config.integer("logprobs", in: 0...20)
    try config.answerFormat(&terms)
    if var thinking = try config.object("thinkingConfig") {
      manner.showsThoughts = try thinking.bool("includeThoughts") ?? false
      let budget = try thinking.integer("thinkingBudget", in: -1...32_768)
      let level = try thinking.string("thinkingLevel")
      if budget != nil, level != nil {
        throw thinking.fault("You can only set only one of thinking budget and thinking level.")
      }
      if budget == 0 { terms.thinking = .never }
      try thinking.end()
    }
    config.ignore(
      "responseModalities", "mediaResolution", "speechConfig", "imageConfig", "audioTimestamp", "routingConfig",
      "modelSelectionConfig", "enableEnhancedCivicAnswers", "audioTranscriptionConfig", "continuationToken")
    try config.end()
  }

  private mutating func answerFormat(_ terms: inout Terms) throws(Refusal) {
    let media = try string("responseMimeType", among: ["text/plain", "application/json", "text/x.enum"])
    let plain = try object("responseSchema")
    let json = value("responseJsonSchema")
    try plain?.checkGeminiSchema()
    if plain != nil, json != nil { throw fault("Only one of response_schema and response_json_schema may be set.") }
    if plain != nil || json != nil, media != "application/json", media != "text/x.enum" {
      throw .invalid("Response schema is only supported with response mime type 'application/json' or 'text/x.enum'.")
    }
    if media == "application/json" { terms.schema = plain?.value ?? json ?? [:] }
  }
}
