// AnthropicRequest: the body of /v1/messages, checked as Anthropic would, and of Bedrock's InvokeModel for Claude.
// https://docs.anthropic.com/en/api/messages

import Bytes
import JSON

enum AnthropicRequest {
  /// Where the body came: to Anthropic itself, or to Bedrock, whose path names the model and asks for a stream.
  enum Host {
    case api
    case bedrock(model: String, streams: Bool)
  }

  static let thinkingBudgetMin = 1024
  static let cacheMarkersMax = 4

  static func checkVersion(_ version: String?) throws(Refusal) {
    guard let version else { throw .invalid("anthropic-version: header is required") }
    // A day, such as 2023-06-01: which days are versions changes with the years.
    let lengths = version.split(separator: "-", omittingEmptySubsequences: false).map(\.count)
    guard lengths == [4, 2, 2], version >= "2023-01-01", version.utf8.allSatisfy({ $0 < 58 }) else {
      throw .invalid("anthropic-version: \"\(version)\" is not a valid version")
    }
  }

  static func read(_ body: Span<UInt8>, _ host: Host, _ knobs: Knobs) throws(Refusal) -> Generation {
    var fields = try Fields(parsing: body, .anthropic)
    let (model, streams) = try fields.addressed(host, knobs)
    guard let maxTokens = try fields.integer("max_tokens", in: 1...Int.max) else {
      throw fields.fault(.missing, at: "max_tokens")
    }
    var terms = Terms()
    terms.maxTokens = maxTokens
    let prompt = try fields.conversation(&terms, maxTokens: maxTokens)
    terms.stop = try fields.strings("stop_sequences") ?? []
    var metadata = try fields.object("metadata")
    let user = try metadata?.string("user_id")
    try metadata?.end()
    try fields.sampling(thinks: terms.thinking != .never)
    _ = try fields.string("service_tier", among: ["auto", "standard_only"])
    fields.ignore("container", "inference_geo", "context_management", "mcp_servers", "speed", "anthropic_beta")
    try fields.end()
    let shape: ReplyShape = if case .api = host { .anthropic } else { .invoke }
    return Generation(shape, model: model, streams: streams, user: user, prompt, terms, knobs)
  }

  /// The answer of /v1/messages/count_tokens, whose body is the same without what steers an answer.
  static func count(_ body: Span<UInt8>, _ knobs: Knobs) throws(Refusal) -> ByteSlice {
    var fields = try Fields(parsing: body, .anthropic)
    _ = try fields.model("model", knobs)
    var terms = Terms()
    let prompt = try fields.conversation(&terms, maxTokens: .max)
    fields.ignore("context_management", "mcp_servers", "speed")
    try fields.end()
    return ByteSlice("{\"input_tokens\":\(prompt.tokens)}\n")
  }
}

extension Fields {
  fileprivate mutating func addressed(
    _ host: AnthropicRequest.Host, _ knobs: Knobs
  ) throws(Refusal) -> (model: String, streams: Bool) {
    switch host {
    case .api: return (try model("model", knobs), try bool("stream") ?? false)
    case .bedrock(let model, let streams):
      _ = try required("anthropic_version", among: ["bedrock-2023-05-31"])
      if let models = knobs.models, !models.contains(model) { throw .unknownModel(model) }
      return (model, streams)
    }
  }

  /// What both endpoints have: system, messages, tools, thinking.
  fileprivate mutating func conversation(_ terms: inout Terms, maxTokens: Int) throws(Refusal) -> Prompt {
    var markers = CacheMarkers()
    _ = try markers.take(&self)
    try thinking(&terms, maxTokens: maxTokens)
    try anthropicTools(&terms, &markers)
    try outputConfig(&terms)
    var prompt = Prompt()
    if let system = try systemTexts("system", &markers) { prompt.add(system) }
    try AnthropicMessages.read(&self, &prompt, &markers, thinks: terms.thinking == .always)
    try markers.check()
    terms.keepsForHour = markers.keepsForHour
    return prompt
  }

  /// A string, or blocks of text.
  mutating func systemTexts(_ name: String, _ markers: inout CacheMarkers) throws(Refusal) -> [String]? {
    if let text = value(name)?.string { return [text] }
    guard let blocks = try objects(name) else { return nil }
    var texts: [String] = []
    for block in blocks {
      var block = block
      _ = try block.required("type", among: ["text"])
      texts.append(try block.nonEmptyText())
      block.ignore("citations")
      try markers.take(&block)
      try block.end()
    }
    return texts
  }

  private mutating func thinking(_ terms: inout Terms, maxTokens: Int) throws(Refusal) {
    guard var thinking = try object("thinking") else { return }
    switch try thinking.required("type", among: ["enabled", "disabled", "adaptive"]) {
    case "enabled":
      guard let budget = try thinking.integer("budget_tokens") else {
        throw thinking.fault(.missing, at: "budget_tokens")
      }
      guard budget >= AnthropicRequest.thinkingBudgetMin else {
        throw thinking.fault(
          .invalid("Input should be greater than or equal to \(AnthropicRequest.thinkingBudgetMin)"),
          at: "budget_tokens")
      }
      guard budget < maxTokens else { throw .invalid("`max_tokens` must be greater than `thinking.budget_tokens`.") }
      terms.thinking = .always
    case "adaptive": terms.thinking = .whenAsked
    default: break
    }
    _ = try thinking.string("display", among: ["summarized", "omitted"])
    try thinking.end()
  }

  private mutating func outputConfig(_ terms: inout Terms) throws(Refusal) {
    guard var config = try object("output_config") else { return }
    _ = try config.string("effort", among: ["low", "medium", "high", "xhigh", "max"])
    if var format = try config.object("format") {
      _ = try format.required("type", among: ["json_schema"])
      let schema = try format.requiredObject("schema")
      try schema.checkHeldByClaude()
      terms.schema = schema.value
      try format.end()
    }
    try config.end()
  }

  /// Thinking goes with one temperature only.
  fileprivate mutating func sampling(thinks: Bool) throws(Refusal) {
    let temperature = try number("temperature", in: 0...1)
    let topP = try number("top_p", in: 0...1)
    let topK = try integer("top_k")
    guard thinks else { return }
    if let temperature, temperature != 1 {
      throw .invalid("`temperature` may only be set to 1 when thinking is enabled.")
    }
    if topK != nil { throw .invalid("`top_k` must be unset when thinking is enabled.") }
    if let topP, topP < 0.95 {
      throw .invalid("`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled.")
    }
  }
}

/// The places a request marks for the cache.
struct CacheMarkers {
  private var count = 0
  /// What the last of them asks for.
  private(set) var keepsForHour = false

  /// Takes the marker of a block, a tool or the request.
  mutating func take(_ fields: inout Fields) throws(Refusal) {
    guard var marker = try fields.object("cache_control") else { return }
    _ = try marker.required("type", among: ["ephemeral"])
    keepsForHour = try marker.string("ttl", among: ["5m", "1h"]) == "1h"
    try marker.end()
    count += 1
  }

  func check() throws(Refusal) {
    if count <= AnthropicRequest.cacheMarkersMax { return }
    throw .invalid(
      "A maximum of \(AnthropicRequest.cacheMarkersMax) blocks with cache_control may be provided. Found \(count).")
  }
}
