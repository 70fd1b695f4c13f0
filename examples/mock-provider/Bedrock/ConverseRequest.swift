// ConverseRequest: the body of Converse and ConverseStream, checked as Bedrock would for one of Anthropic's models.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html

import Bytes
import JSON

enum ConverseRequest {
  static let cachePointsMax = 4

  static func read(
    _ body: Span<UInt8>, model: String, streams: Bool, _ knobs: Knobs
  ) throws(Refusal) -> Generation {
    if let models = knobs.models, !models.contains(model) { throw .unknownModel(model) }
    var fields = try Fields(parsing: body, .bedrock)
    var terms = Terms()
    var points = CachePoints(isNova: model.contains("amazon.nova"))
    try fields.inferenceConfig(&terms)
    try fields.modelFields(&terms)
    let hasTools = try fields.converseTools(&terms, &points)
    try fields.converseOutput(&terms)
    var prompt = Prompt()
    if let system = try fields.objects("system") {
      var texts: [String] = []
      for block in system {
        var block = block
        if let text = try block.string("text") { texts.append(text) }
        try points.take(&block)
        block.ignore("guardContent")
        try block.end()
      }
      prompt.add(texts)
    }
    try ConverseMessages.read(&fields, &prompt, &points, thinks: terms.thinking == .always, hasTools: hasTools)
    try points.check()
    terms.keepsForHour = points.keepsForHour
    fields.ignore(
      "guardrailConfig", "promptVariables", "additionalModelResponseFieldPaths", "requestMetadata",
      "performanceConfig", "serviceTier")
    try fields.end()
    return Generation(.converse, model: model, streams: streams, prompt, terms, knobs)
  }
}

extension Fields {
  fileprivate mutating func inferenceConfig(_ terms: inout Terms) throws(Refusal) {
    guard var config = try object("inferenceConfig") else { return }
    terms.maxTokens = try config.integer("maxTokens", in: 1...Int.max)
    try config.number("temperature", in: 0...1)
    try config.number("topP", in: 0...1)
    terms.stop = try config.strings("stopSequences") ?? []
    try config.end()
  }

  /// What goes to the model as it is: thinking, in Anthropic's words.
  fileprivate mutating func modelFields(_ terms: inout Terms) throws(Refusal) {
    guard var more = try object("additionalModelRequestFields") else { return }
    guard var thinking = try more.object("thinking") else { return }
    guard try thinking.required("type", among: ["enabled", "disabled", "adaptive"]) == "enabled" else { return }
    guard let budget = try thinking.integer("budget_tokens") else {
      throw thinking.fault(.missing, at: "budget_tokens")
    }
    guard budget >= AnthropicRequest.thinkingBudgetMin else {
      throw thinking.fault(.invalid("Input should be greater than or equal to 1024"), at: "budget_tokens")
    }
    guard budget < terms.maxTokens ?? .max else {
      throw .invalid(
        "The model returned the following errors: `max_tokens` must be greater than `thinking.budget_tokens`.")
    }
    terms.thinking = .always
  }

  fileprivate mutating func converseOutput(_ terms: inout Terms) throws(Refusal) {
    guard var config = try object("outputConfig") else { return }
    _ = try config.string("effort")
    if var format = try config.object("textFormat") {
      _ = try format.required("type", among: ["json_schema"])
      var structure = try format.requiredObject("structure")
      var named = try structure.requiredObject("jsonSchema")
      let text = try named.required("schema")
      guard let schema = try? JSONValue.parse(ByteSlice(text).span) else {
        throw named.fault(.invalid("The schema is not valid JSON."), at: "schema")
      }
      if let complaint = HeldSchema.complaintOfClaude(schema) {
        throw named.fault(.invalid(complaint), at: "schema")
      }
      terms.schema = schema
      named.ignore("name", "description")
      try named.end()
      try structure.end()
      try format.end()
    }
    try config.end()
  }

  /// `toolConfig`; whether there is one.
  fileprivate mutating func converseTools(_ terms: inout Terms, _ points: inout CachePoints) throws(Refusal) -> Bool {
    guard var config = try object("toolConfig") else { return false }
    let tools = try config.requiredObjects("tools")
    if tools.isEmpty { throw config.fault(.invalid("Member must have length greater than or equal to 1"), at: "tools") }
    for tool in tools {
      var tool = tool
      if var spec = try tool.object("toolSpec") {
        let name = try spec.toolName()
        if let about = try spec.string("description"), about.isEmpty {
          throw spec.fault(.invalid("Member must have length greater than or equal to 1"), at: "description")
        }
        var schema = try spec.requiredObject("inputSchema")
        let json = try schema.requiredObject("json")
        guard json.value["type"]?.string == "object" else {
          throw json.fault("Must be one of the following: 'object'.")
        }
        try schema.end()
        if try spec.bool("strict") == true { try json.checkHeldByClaude() }
        try spec.end()
        terms.tools.append(Tool(name: name, schema: json.value))
      } else if tool.value["cachePoint"] == nil {
        throw tool.fault(.missing, at: "toolSpec")
      }
      let isPoint = try points.take(&tool)
      if isPoint, points.isNova { throw tool.fault("extraneous key [cachePoint] is not permitted") }
      try tool.end()
    }
    if var choice = try config.object("toolChoice") {
      if try choice.object("any") != nil { terms.toolChoice = .any }
      if var named = try choice.object("tool") { terms.toolChoice = .named(try named.required("name")) }
      choice.ignore("auto")
      guard choice.value.count == 1 else { throw choice.fault("exactly one member of the union must be set.") }
      try choice.end()
      if case .named(let name) = terms.toolChoice, !terms.tools.contains(where: { $0.name == name }) {
        throw config.fault(.invalid("the tool '\(name)' is not among the tools."), at: "toolChoice")
      }
    }
    try config.end()
    return true
  }
}

/// The places a request marks for the cache.
struct CachePoints {
  /// Nova knows them in texts alone, and only the usual time
  /// (docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html).
  let isNova: Bool
  private var count = 0
  /// What the last of them asks for.
  private(set) var keepsForHour = false

  init(isNova: Bool) { self.isNova = isNova }

  /// Takes the marker of a block; whether it is one.
  @discardableResult
  mutating func take(_ fields: inout Fields) throws(Refusal) -> Bool {
    guard var point = try fields.object("cachePoint") else { return false }
    _ = try point.required("type", among: ["default"])
    keepsForHour = try point.string("ttl", among: ["5m", "1h"]) == "1h"
    if isNova, keepsForHour { throw point.fault("extraneous key [ttl] is not permitted") }
    try point.end()
    count += 1
    return true
  }

  func check() throws(Refusal) {
    if count <= ConverseRequest.cachePointsMax { return }
    throw .invalid("You have exceeded the maximum number of cache points, \(ConverseRequest.cachePointsMax).")
  }
}
