// OpenAIResponses+Request: a request as a provider gets it.

import Bytes
import Conversation
import Hub
import JSON
import OpenAI

extension OpenAIResponses {
  public static func body(of conversation: Conversation, losses: inout Losses) -> ByteSlice {
    let conversation = OpenAIEffort.fitted(conversation, &losses)
    var writer = JSONWriter(minimumCapacity: 1_024)
    writer.beginObject()
    writer.member("model", conversation.model)
    var items = ItemWriting()
    writer.name("input")
    writer.beginArray()
    for message in conversation.messages { items.write(message, to: &writer) }
    writer.endArray()
    losses.formUnion(items.losses)
    writeTools(of: conversation, to: &writer, &losses)
    write(conversation.sampling, to: &writer, &losses)
    write(OpenAIChat.fitting(conversation.format, &losses), verbosity: conversation.extras[.verbosity], to: &writer)
    write(conversation.reasoning, to: &writer, &losses)
    writeIncluded(of: conversation, to: &writer)
    writer.member("store", false)
    if conversation.streams { writer.member("stream", true) }
    writer.member("user", ifGiven: OpenAIChat.user(of: conversation, &losses))
    OpenAIChat.writeExtras(of: conversation, to: &writer)
    OpenAIChat.writeMetadata(of: conversation, to: &writer)
    writer.member("service_tier", ifGiven: OpenAIChat.tier(of: conversation, &losses))
    writer.endObject()
    return writer.take()
  }

  private static func write(_ sampling: Sampling, to writer: inout JSONWriter, _ losses: inout Losses) {
    // A smaller bound is refused.
    writer.member("max_output_tokens", ifGiven: sampling.outputMax.map { max($0, outputMin) })
    if let most = sampling.outputMax, most < outputMin { losses.approximate(.outputMax) }
    writer.member("temperature", ifGiven: sampling.temperature)
    writer.member("top_p", ifGiven: sampling.topP)
    if let logprobs = sampling.logprobs, logprobs > 0 { writer.member("top_logprobs", logprobs) }
    losses.drop(.topK, ifGiven: sampling.topK)
    losses.drop(.frequencyPenalty, ifGiven: sampling.frequencyPenalty)
    losses.drop(.presencePenalty, ifGiven: sampling.presencePenalty)
    losses.drop(.stop, ifGiven: sampling.stop.first)
    losses.drop(.seed, ifGiven: sampling.seed)
    if sampling.choices != 1 { losses.drop(.choices) }
  }

  static func write(_ format: AnswerFormat, verbosity: JSONValue? = nil, to writer: inout JSONWriter) {
    if format == .text, verbosity == nil { return }
    writer.object("text") { text in
      text.member("verbosity", ifGiven: verbosity)
      switch format {
      case .text: break
      case .json: text.object("format") { $0.member("type", "json_object") }
      case .schema(let schema):
        text.object("format") { format in
          format.member("type", "json_schema")
          OpenAIChat.write(schema, to: &format)
        }
      }
    }
  }

  private static func write(_ reasoning: Reasoning?, to writer: inout JSONWriter, _ losses: inout Losses) {
    guard let reasoning else { return }
    let effort = OpenAIChat.effort(of: reasoning.extent, &losses)
    if effort == nil, !reasoning.isShown { return }
    writer.object("reasoning") {
      $0.member("effort", ifGiven: effort)
      if reasoning.isShown, reasoning.extent != .off { $0.member("summary", "auto") }
    }
  }

  private static func writeIncluded(of conversation: Conversation, to writer: inout JSONWriter) {
    var included: [String] = []
    // Models that do not reason refuse to be asked for it.
    if conversation.reasoning.map({ $0.extent != .off }) ?? isReasoningModel(conversation.model) {
      included.append("reasoning.encrypted_content")
    }
    if conversation.sampling.logprobs != nil { included.append("message.output_text.logprobs") }
    if !included.isEmpty { writer.array("include", of: included) { $0.string($1) } }
  }

  /// Whether a model reasons without being told to, by its name: o3, gpt-5-mini, and not gpt-5-chat.
  static func isReasoningModel(_ name: String) -> Bool {
    guard OpenAIChat.isOwnModel(name) else { return false }
    let text = name.utf8.span
    return !text.contains("chat") && !text.contains("gpt-3") && !text.contains("gpt-4")
  }

  private static func writeTools(
    of conversation: Conversation, to writer: inout JSONWriter, _ losses: inout Losses
  ) {
    let search = conversation.webSearch
    if conversation.tools.isEmpty, search == nil { return }
    writer.name("tools")
    writer.beginArray()
    if let search { write(search, to: &writer) }
    for tool in conversation.tools {
      if tool.cache != nil { losses.approximate(.cacheMarker) }
      writer.object { entry in
        entry.member("type", "function")
        entry.member("name", tool.name)
        entry.member("description", ifGiven: tool.description)
        entry.name("parameters")
        if let parameters = tool.parameters { entry.value(parameters) } else { entry.null() }
        entry.member("strict", OpenAIChat.isStrict(tool, &losses) ?? false)
      }
    }
    writer.endArray()
    if conversation.tools.isEmpty { return }
    if let choice = conversation.toolChoice { write(choice, to: &writer) }
    writer.member("parallel_tool_calls", ifGiven: conversation.allowsParallelTools)
  }

  private static func write(_ search: WebSearch, to writer: inout JSONWriter) {
    writer.object { tool in
      tool.member("type", "web_search")
      if search.allowedDomains.isEmpty { return }
      tool.object("filters") { $0.array("allowed_domains", of: search.allowedDomains) { $0.string($1) } }
    }
  }

  static func write(_ choice: ToolChoice, to writer: inout JSONWriter) {
    switch choice {
    case .auto: writer.member("tool_choice", "auto")
    case .none: writer.member("tool_choice", "none")
    case .required: writer.member("tool_choice", "required")
    case .tool(let name):
      writer.object("tool_choice") {
        $0.member("type", "function")
        $0.member("name", name)
      }
    }
  }
}
