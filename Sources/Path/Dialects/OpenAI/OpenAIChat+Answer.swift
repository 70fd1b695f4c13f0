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
    }
    return answer
  }

  private static func read(
    _ choice: inout ObjectReader, _ number: Int, of id: String
  ) throws(ShapeFault) -> AnswerChoice {
    guard var message = try choice.object("message") else { throw choice.fault("message", "is missing") }
    var parts = try thoughts(of: &message)
    var content = try content(of: &message)
    if let citations = try citations(of: &message), !content.isEmpty {
      content[content.count - 1].citations = citations
    }
    parts += content
    if let refusal = try message.string("refusal"), !refusal.isEmpty { parts.append(Part(.refusal(refusal))) }
    for var call in try message.objects("tool_calls") ?? [] {
      let madeUp = madeUpID(of: parts.count, choice: number, in: id)
      if let use = try toolUse(&call, madeUp) { parts.append(Part(.toolUse(use))) }
    }
    // The way of before 2023-11, which some copies never left.
    if var call = try message.object("function_call") {
      let arguments = try call.string("arguments") ?? ""
      let use = ToolUse(
        id: madeUpID(of: parts.count, choice: number, in: id), name: try call.required("name"),
        arguments: CallArguments.object(of: arguments))
      parts.append(Part(.toolUse(use)))
    }
    var read = AnswerChoice(parts, finish(try choice.string("finish_reason"), of: parts))
    read.logprobs = choice.value("logprobs")
    return read
  }

  /// Models do call tools and say that they just stopped; one that refuses says so in its text alone.
  static func finish(_ reason: String?, of parts: [Part]) -> FinishReason {
    let finish = finish(reason)
    guard finish == .stop else { return finish }
    for part in parts {
      switch part.content {
      case .toolUse: return .toolUse
      case .refusal: return .refusal
      case .text, .image, .document, .audio, .toolResult, .thinking: break
      }
    }
    return .stop
  }

  /// OpenAI's words, and those of Mistral (`model_length`) and servers that pass on what their engine said.
  static func finish(_ reason: String?) -> FinishReason {
    switch reason {
    case "length", "model_length", "max_tokens": .length
    case "tool_calls", "function_call", "tool_use": .toolUse
    case "content_filter", "safety": .contentFilter
    default: .stop
    }
  }

  /// The identifier of a call that the provider gave none: the same each time the reply is read.
  static func madeUpID(of place: Int, choice: Int, in id: String) -> String { "call_\(id)_\(choice)_\(place)" }

  // MARK: parts

  private static func thoughts(of message: inout ObjectReader) throws(ShapeFault) -> [Part] {
    let text = try message.string("reasoning_content")
    let sameText = message.value("reasoning")?.string
    var parts: [Part] = []
    for var block in try message.objects("thinking_blocks") ?? [] {
      let signature = try block.string("signature").flatMap { $0.isEmpty ? nil : Signature(shown: $0, native: .claude) }
      if let data = try block.string("data") {
        parts.append(
          Part(.thinking(Thinking("", signature: Signature(shown: data, native: .claude), isRedacted: true))))
      } else {
        parts.append(Part(.thinking(Thinking(try block.string("thinking") ?? "", signature: signature))))
      }
    }
    if parts.isEmpty, let text = text ?? sameText, !text.isEmpty { parts.append(Part(.thinking(Thinking(text)))) }
    return parts
  }

  /// A string, null, or an array of parts, of which those nobody knows are passed over.
  private static func content(of message: inout ObjectReader) throws(ShapeFault) -> [Part] {
    guard let content = message.value("content") else { return [] }
    if let text = content.string { return text.isEmpty ? [] : [.text(text)] }
    guard content.kind == .array else { throw message.fault("content", "must be a string or an array of parts") }
    var parts: [Part] = []
    for var part in try message.objects("content") ?? [] {
      switch try part.string("type") {
      case "text", "thinking", "refusal":
        if let content = try Self.content(&part, try part.required("type")) { parts.append(Part(content)) }
      default: continue
      }
    }
    return parts
  }

  private static func toolUse(_ call: inout ObjectReader, _ madeUp: String) throws(ShapeFault) -> ToolUse? {
    guard var function = try call.object("function") else { return nil }
    // Some servers write the object itself.
    let arguments: String
    if let object = function.value("arguments"), object.kind == .object {
      arguments = CallArguments.text(of: object)
    } else {
      arguments = CallArguments.object(of: try function.string("arguments") ?? "")
    }
    let id = try call.string("id") ?? ""
    return ToolUse(
      id: id.isEmpty ? madeUp : id, name: try function.required("name"), arguments: arguments,
      signature: try signature(of: &call))
  }
}
