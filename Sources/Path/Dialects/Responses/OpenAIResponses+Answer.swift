// OpenAIResponses+Answer: a provider's whole reply is read (`Response` of OpenAI's SDK).

import Bytes
import Conversation
import Exchange
import Hub
import JSON
import OpenAI

extension OpenAIResponses {
  public static func answer(from body: ByteSlice) throws(ShapeFault) -> Answer {
    var reply = try ObjectReader(parsing: body)
    if reply.value("status")?.string == "failed" {
      let message = reply.value("error")?["message"]?.string
      throw ShapeFault(path: "", problem: "says that it failed: \(message ?? "no reason was given")")
    }
    var answer = Answer(id: try reply.string("id") ?? "", model: try reply.string("model") ?? "")
    answer.createdAt = reply.value("created_at").flatMap(seconds)
    answer.usage = ReportedUsage.read(reply.value("usage"))
    answer.serviceTier = reply.value("service_tier")?.string
    guard let items = try reply.objects("output") else { throw reply.fault("output", "is missing") }
    var parts: [Part] = []
    var logprobs: [JSONValue] = []
    for var item in items { try read(&item, into: &parts, &logprobs) }
    let reason = reply.value("incomplete_details")?["reason"]?.string
    var choice = AnswerChoice(parts, finish(incomplete: reason, of: parts))
    if !logprobs.isEmpty { choice.logprobs = .object([("content", .array(logprobs))]) }
    answer.choices = [choice]
    return answer
  }

  /// OpenAI writes its moments as real numbers here.
  static func seconds(_ value: JSONValue) -> Int64? {
    value.integer ?? value.double.flatMap { Int64(exactly: $0.rounded(.down)) }
  }

  static func finish(incomplete reason: String?, of parts: [Part]) -> FinishReason {
    finish(
      incomplete: reason, hasCalls: parts.contains { if case .toolUse = $0.content { true } else { false } },
      hasRefusal: parts.contains { if case .refusal = $0.content { true } else { false } })
  }

  /// - Parameter reason: of `incomplete_details`.
  static func finish(incomplete reason: String?, hasCalls: Bool, hasRefusal: Bool) -> FinishReason {
    switch reason {
    case "max_output_tokens": .length
    case "content_filter": .contentFilter
    default: hasCalls ? .toolUse : hasRefusal ? .refusal : .stop
    }
  }

  /// Items nobody knows, such as calls of built-in tools, are passed over.
  private static func read(
    _ item: inout ObjectReader, into parts: inout [Part], _ logprobs: inout [JSONValue]
  ) throws(ShapeFault) {
    switch try item.string("type") {
    case "reasoning":
      if let thinking = try thinking(&item) { parts.append(Part(.thinking(thinking))) }
    case "function_call":
      parts.append(
        Part(
          .toolUse(
            ToolUse(
              id: try item.required("call_id"), name: try item.required("name"),
              arguments: CallArguments.object(of: try item.string("arguments") ?? "")))))
    case "message":
      for var content in try item.objects("content") ?? [] {
        switch try content.string("type") {
        case "output_text":
          let text = try content.required("text")
          logprobs += content.value("logprobs")?.elements ?? []
          parts.append(Part(.text(text), citations: try citations(&content)))
        case "refusal": parts.append(Part(.refusal(try content.required("refusal"))))
        default: continue
        }
      }
    default: return
    }
  }

  static func thinking(_ item: inout ObjectReader) throws(ShapeFault) -> Thinking? {
    var texts: [String] = []
    for name in ["summary", "content"] where texts.isEmpty {
      for var part in try item.objects(name) ?? [] { texts.append(try part.string("text") ?? "") }
    }
    return ReasoningSignature.thinking(
      texts.joined(separator: "\n\n"), id: try item.string("id") ?? "", encrypted: try item.string("encrypted_content"))
  }
}
