// OpenAIResponses+Conversation: an agent's request is read (`ResponseCreateParams` of OpenAI's SDK).

import Bytes
import Conversation
import Exchange
import Hub
import JSON
import OpenAI

extension OpenAIResponses {
  public static func conversation(
    from body: ByteSlice, model: ModelName, streams: Bool
  ) throws(Fault) -> Conversation {
    try .reading(body, model: model, streams: streams, lettingGo: hints) { request, conversation throws(ShapeFault) in
      try read(&request, into: &conversation)
    }
  }

  private static func read(
    _ request: inout ObjectReader, into conversation: inout Conversation
  ) throws(ShapeFault) {
    conversation.asked = ResponseMembers.asked(of: request.value)
    // Where they stand is known before anything is translated.
    _ = request.value("model")
    _ = request.value("stream")
    var reading = ItemReading()
    try reading.tools.read(try request.objects("tools") ?? [])
    if let instructions = try request.string("instructions") { reading.read(instructions, from: .system) }
    guard let input = request.value("input") else { throw request.fault("input", "is missing") }
    if let text = input.string {
      reading.read(text, from: .user)
    } else {
      for var item in try request.objects("input") ?? [] { try reading.read(&item) }
    }
    conversation.messages = reading.gathered
    if conversation.messages.isEmpty { throw request.fault("input", "must hold at least one item") }
    conversation.tools = reading.tools.tools
    conversation.webSearch = reading.tools.webSearch
    conversation.hints += reading.tools.hints.sorted()
    try readChoice(&request, reading.tools, into: &conversation)
    try readSampling(&request, into: &conversation)
    try readText(&request, into: &conversation)
    try readReasoning(&request, into: &conversation)
    try readTheRest(&request, into: &conversation)
    conversation.untranslatable += reading.untranslatable.union(reading.tools.untranslatable).sorted()
    conversation.untranslatable += request.unread
  }

  private static func readSampling(
    _ request: inout ObjectReader, into conversation: inout Conversation
  ) throws(ShapeFault) {
    conversation.sampling.outputMax = try request.integer("max_output_tokens")
    if let most = conversation.sampling.outputMax, most < 1 {
      throw request.fault("max_output_tokens", "must be at least 1")
    }
    conversation.sampling.temperature = try request.double("temperature")
    conversation.sampling.topP = try request.double("top_p")
    let included = try request.strings("include") ?? []
    let alternatives = try request.integer("top_logprobs")
    if included.contains("message.output_text.logprobs") { conversation.sampling.logprobs = alternatives ?? 0 }
    // What else can be included belongs to built-in tools, or is always given.
  }

  private static func readText(
    _ request: inout ObjectReader, into conversation: inout Conversation
  ) throws(ShapeFault) {
    guard var text = try request.object("text") else { return }
    if let verbosity = text.value("verbosity"), verbosity.string != "medium" {
      conversation.extras[.verbosity] = verbosity
    }
    conversation.untranslatable += text.unread.filter { $0 != "format" }.map { "text.\($0)" }
    guard var format = try text.object("format") else { return }
    switch try format.required("type") {
    case "text": break
    case "json_object": conversation.format = .json
    case "json_schema":
      conversation.format = .schema(
        AnswerSchema(
          name: try format.required("name"), description: try format.string("description"),
          schema: try format.object("schema")?.value ?? .object([]), isStrict: try format.bool("strict") ?? false))
    default: throw format.fault("type", "must be text, json_object or json_schema")
    }
    conversation.untranslatable += format.unread.map { "text.format.\($0)" }
  }

  private static func readReasoning(
    _ request: inout ObjectReader, into conversation: inout Conversation
  ) throws(ShapeFault) {
    guard var reasoning = try request.object("reasoning") else { return }
    let effort = try reasoning.string("effort")
    let older = try reasoning.string("generate_summary")
    let summary = try reasoning.string("summary") ?? older
    conversation.untranslatable += reasoning.unread.map { "reasoning.\($0)" }
    if effort == nil, summary == nil { return }
    guard let extent = effort.map({ OpenAIChat.extent(of: $0) }) ?? .some(.automatic) else {
      throw reasoning.fault("effort", "must be none, minimal, low, medium, high, xhigh or max")
    }
    conversation.reasoning = Reasoning(extent, isShown: summary != nil)
  }

  private static func readTheRest(
    _ request: inout ObjectReader, into conversation: inout Conversation
  ) throws(ShapeFault) {
    conversation.user = try request.string("user")
    conversation.metadata = try OpenAIChat.metadata(&request)
    conversation.serviceTier = try OpenAIChat.serviceTier(&request)
    OpenAIChat.readExtras(&request, into: &conversation)
    if let options = try request.object("stream_options") {
      conversation.untranslatable += options.unread.map { "stream_options.\($0)" }
    }
  }

  // MARK: tools

  private static func readChoice(
    _ request: inout ObjectReader, _ tools: ToolReading, into conversation: inout Conversation
  ) throws(ShapeFault) {
    if let choice = request.value("tool_choice") {
      conversation.toolChoice = try toolChoice(choice, &request, tools, &conversation.untranslatable)
    }
    // Several at once is what every provider does unless told otherwise.
    if try request.bool("parallel_tool_calls") == false { conversation.allowsParallelTools = false }
  }

  private static func toolChoice(
    _ choice: JSONValue, _ request: inout ObjectReader, _ tools: ToolReading, _ untranslatable: inout [String]
  ) throws(ShapeFault) -> ToolChoice? {
    if let word = choice.string {
      switch word {
      case "auto": return .auto
      case "none": return ToolChoice.none
      case "required": return .required
      default: throw request.fault("tool_choice", "must be auto, none, required or a function")
      }
    }
    var object = try ObjectReader(choice, at: "tool_choice")
    switch try object.required("type") {
    case "function", "custom":
      return .tool(tools.name(of: try object.required("name"), in: try object.string("namespace")))
    case let type where tools.tools.contains { $0.name == type }: return .tool(type)
    case let type:
      untranslatable.append("tool_choice.\(type)")
      return nil
    }
  }
}
