// CohereChat+Conversation: an agent's request becomes a conversation.

import Bytes
import Conversation
import Exchange
import Hub
import JSON

extension CohereChat {
  public static func conversation(
    from body: ByteSlice, model: ModelName, streams: Bool
  ) throws(Fault) -> Conversation {
    try .reading(body, model: model, streams: streams, lettingGo: hints) { request, conversation throws(ShapeFault) in
      var reading = CohereConversation(conversation)
      try reading.read(request)
      conversation = reading.conversation
    }
  }
}

/// A request being read.
struct CohereConversation {
  var conversation: Conversation
  var partCount = 0

  init(_ conversation: Conversation) { self.conversation = conversation }

  mutating func read(_ given: ObjectReader) throws(ShapeFault) {
    var body = given
    _ = try body.string("model")
    _ = try body.bool("stream")
    guard let messages = try body.objects("messages") else { throw body.fault("messages", "is missing") }
    for message in messages { try read(message: message) }
    try readDocuments(in: &body)
    try readTools(in: &body)
    try readSampling(in: &body)
    if var format = try body.object("response_format") { try read(format: &format) }
    if var thinking = try body.object("thinking") { try read(thinking: &thinking) }
    // What Cohere does unasked.
    if try body.string("safety_mode")?.uppercased() != "CONTEXTUAL", body.value("safety_mode") != nil {
      refuse("safety_mode")
    }
    refuse(unreadOf: body)
    if messages.isEmpty, conversation.messages.isEmpty {
      throw body.fault("messages", "must hold at least one message")
    }
  }

  // MARK: what has no word in the hub

  mutating func refuse(_ path: String) {
    let plain = path.withoutPlaces
    if !conversation.untranslatable.contains(plain) { conversation.untranslatable.append(plain) }
  }

  mutating func refuse(unreadOf reader: ObjectReader) {
    for name in reader.unread { refuse(reader.path(to: name)) }
  }

  mutating func hint(_ path: String) {
    let plain = path.withoutPlaces
    if !conversation.hints.contains(plain) { conversation.hints.append(plain) }
  }

  // MARK: how the answer is made

  private mutating func readTools(in body: inout ObjectReader) throws(ShapeFault) {
    for given in try body.objects("tools") ?? [] {
      var tool = given
      guard try tool.string("type") ?? "function" == "function" else { throw tool.fault("type", "must be function") }
      guard var function = try tool.object("function") else { throw tool.fault("function", "is missing") }
      var read = Tool(name: try function.required("name"), description: try function.string("description"))
      if let parameters = try function.object("parameters") { read.parameters = parameters.value }
      refuse(unreadOf: function)
      refuse(unreadOf: tool)
      if conversation.tools.count == CohereChat.Limits.functionsMax {
        throw ShapeFault(
          path: tool.path, problem: "is one too many: at most \(CohereChat.Limits.functionsMax) functions")
      }
      conversation.tools.append(read)
    }
    if try body.bool("strict_tools") == true {
      for index in conversation.tools.indices { conversation.tools[index].isStrict = true }
    }
    switch try body.string("tool_choice")?.uppercased() {
    case nil: break
    case "REQUIRED": conversation.toolChoice = .required
    case "NONE": conversation.toolChoice = ToolChoice.none
    default: throw body.fault("tool_choice", "must be REQUIRED or NONE")
    }
  }

  private mutating func readSampling(in body: inout ObjectReader) throws(ShapeFault) {
    if let most = try body.integer("max_tokens") {
      if most < 1 { throw body.fault("max_tokens", "must be at least 1") }
      conversation.sampling.outputMax = most
    }
    conversation.sampling.temperature = try body.double("temperature")
    conversation.sampling.topP = try body.double("p")
    // 0 switches it off, as it is unasked.
    conversation.sampling.topK = try body.integer("k").flatMap { $0 == 0 ? nil : $0 }
    conversation.sampling.frequencyPenalty = try body.double("frequency_penalty")
    conversation.sampling.presencePenalty = try body.double("presence_penalty")
    conversation.sampling.stop = try body.strings("stop_sequences") ?? []
    conversation.sampling.seed = try body.integer("seed")
    if try body.bool("logprobs") == true { conversation.sampling.logprobs = 0 }
  }

  private mutating func read(format: inout ObjectReader) throws(ShapeFault) {
    let schema = try format.object("json_schema")?.value
    switch try format.required("type") {
    case "text":
      if schema != nil { throw format.fault("json_schema", "is for the type json_object") }
    case "json_object":
      conversation.format =
        schema.map { .schema(AnswerSchema(name: "answer", schema: $0, isStrict: true)) } ?? .json
    default: throw format.fault("type", "must be text or json_object")
    }
    refuse(unreadOf: format)
  }

  private mutating func read(thinking: inout ObjectReader) throws(ShapeFault) {
    let budget = try thinking.integer("token_budget")
    switch try thinking.required("type") {
    case "enabled":
      if let budget, budget < 1 { throw thinking.fault("token_budget", "must be at least 1") }
      conversation.reasoning = Reasoning(budget.map { .budget($0) } ?? .automatic, isShown: true)
    case "disabled": conversation.reasoning = Reasoning(.off, isShown: true)
    default: throw thinking.fault("type", "must be enabled or disabled")
    }
    refuse(unreadOf: thinking)
  }
}
