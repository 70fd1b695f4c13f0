// OpenAIChat+Answer: a provider's whole reply is read (`ChatCompletion` of OpenAI's SDK), and what copies of OpenAI make of it.

import Bytes
import Conversation
import Exchange
import Hub
import JSON

extension OpenAIChat {
  public static func answer(from body: ByteSlice) throws(ShapeFault) -> Answer {
    var reply = try ObjectReader(parsing: body)
    let id = try reply.string("id") ?? ""
    var answer = Answer(
      id: id, model: try reply.string("model") ?? "", usage: ReportedUsage.read(reply.value("usage")))
    answer.createdAt = reply.value("created")?.integer
    answer.serviceTier = reply.value("service_tier")?.string
    guard let choices = try reply.objects("choices"), !choices.isEmpty else {
      throw reply.fault("choices", "must hold at least one choice")
    }
    for (number, choice) in choices.enumerated() {
      var choice = choice
      answer.choices.append(try read(&choice, number, of: id))
      if answer.failure == nil, let reason = try choice.string("finish_reason") {
        answer.failure = failure(reason, choice.value("error"))
      }
    }
    return answer
  }

  private static func read(
    _ choice: inout ObjectReader, _ number: Int, of id: String
  ) throws(ShapeFault) -> AnswerChoice {
    guard var message = try choice.object("message") else { throw choice.fault("message", "is missing") }
    let thoughts = try thoughts(of: &message)
    var content = try content(of: &message)
    if let citations = try citations(of: &message), !content.isEmpty {
      content[content.count - 1].citations = citations
    }
    var parts = Self.parts(thoughts, in: content)
    if let refusal = try message.string("refusal"), !refusal.isEmpty { parts.append(Part(.refusal(refusal))) }
    parts += try media(of: &message)
    for var call in try message.objects("tool_calls") ?? [] {
      let given = try call.string("id") ?? ""
      guard var function = try call.object("function") else { continue }
      let signature = try signature(of: &call)
      add(try calls(of: &function), given, signature, number, id, to: &parts)
    }
    // The way of before 2023-11, which some copies never left.
    if var call = try message.object("function_call") { add(try calls(of: &call), "", nil, number, id, to: &parts) }
    var read = AnswerChoice(parts, finish(try choice.string("finish_reason"), of: parts))
    read.logprobs = choice.value("logprobs")
    return read
  }

  /// Models do call tools and say that they just stopped, or call none and say that they did; one that refuses says so in
  /// its text alone.
  static func finish(_ reason: String?, of parts: [Part]) -> FinishReason {
    let finish = finish(reason)
    guard finish == .stop || finish == .toolUse else { return finish }
    for part in parts {
      switch part.content {
      case .toolUse: return .toolUse
      case .refusal: return .refusal
      case .text, .image, .document, .audio, .toolResult, .thinking: break
      }
    }
    return .stop
  }

  /// OpenAI's words, and those of Mistral (`model_length`), Z.ai (`sensitive`, `model_context_window_exceeded`) and servers
  /// that pass on what their engine said.
  static func finish(_ reason: String?) -> FinishReason {
    switch reason?.lowercased() {
    case "length", "model_length", "max_tokens", "model_context_window_exceeded": .length
    case "tool_calls", "function_call", "tool_use": .toolUse
    case "content_filter", "safety", "recitation", "prohibited_content", "blocklist", "spii", "sensitive",
      "content_filtered", "guardrail_intervened", "error_toxic":
      .contentFilter
    case "refusal": .refusal
    default: .stop
    }
  }

  /// Words for an answer that was broken off: OpenRouter's and Mistral's `error`, vLLM's and SGLang's `abort`, Z.ai's
  /// `network_error`, DeepSeek's `insufficient_system_resource`, `repetition_truncation`, and what the engines behind
  /// gateways say (`function_call_filter: MALFORMED_FUNCTION_CALL`).
  ///
  /// - Parameter error: what stands beside the reason, where something does.
  static func failure(_ reason: String, _ error: JSONValue?) -> Fault? {
    let signs: [StaticString] = [
      "error", "abort", "cancel", "insufficient_system_resource", "repetition", "malformed", "function_call_filter",
      "unexpected_tool_call", "timeout",
    ]
    let lower = reason.lowercased()
    guard lower != "error_toxic", lower != "error_limit", signs.contains(where: { lower.utf8.span.contains($0) })
    else { return nil }
    return ProviderFault.brokenOff(reason, ProviderFault.words(in: error))
  }

  /// The identifier of a call that the provider gave none: the same each time the reply is read.
  static func madeUpID(of place: Int, choice: Int, in id: String) -> String { "call_\(id)_\(choice)_\(place)" }

  // MARK: parts

  /// A string, null, or an array of parts, of which those nobody knows are passed over.
  private static func content(of message: inout ObjectReader) throws(ShapeFault) -> [Part] {
    guard let content = message.value("content") else { return [] }
    if let text = content.string { return text.isEmpty ? [] : [.text(text)] }
    guard content.kind == .array else { throw message.fault("content", "must be a string or an array of parts") }
    var parts: [Part] = []
    for var part in try message.objects("content") ?? [] {
      switch try part.string("type") {
      case "text", "thinking", "refusal", "image_url":
        if let content = try Self.content(&part, try part.required("type")) { parts.append(Part(content)) }
      default: continue
      }
    }
    return parts
  }

  /// What a function is called with, which may be several calls in one; none where it has no name.
  private static func calls(
    of function: inout ObjectReader
  ) throws(ShapeFault) -> (name: String, arguments: [String]) {
    let name = try function.string("name") ?? ""
    if name.isEmpty { return (name, []) }
    // Some servers write the object itself.
    if let object = function.value("arguments"), object.kind == .object {
      return (name, [CallArguments.text(of: object)])
    }
    return (name, CallArguments.objects(of: try function.string("arguments") ?? ""))
  }

  /// - Parameter given: the identifier of the first, which the provider may have left out.
  private static func add(
    _ calls: (name: String, arguments: [String]), _ given: String, _ signature: Signature?, _ choice: Int,
    _ reply: String, to parts: inout [Part]
  ) {
    for (number, arguments) in calls.arguments.enumerated() {
      let isGiven = number == 0 && !given.isEmpty
      parts.append(
        Part(
          .toolUse(
            ToolUse(
              id: isGiven ? given : madeUpID(of: parts.count, choice: choice, in: reply), name: calls.name,
              arguments: arguments, signature: number == 0 ? signature : nil))))
    }
  }
}
