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
    let status = try reply.string("status")
    var answer = Answer(id: try reply.string("id") ?? "", model: try reply.string("model") ?? "")
    answer.createdAt = reply.value("created_at").flatMap(seconds)
    answer.usage = ReportedUsage.read(reply.value("usage"))
    answer.serviceTier = reply.value("service_tier")?.string
    answer.failure = failure(status: status, reply.value)
    guard let items = try reply.objects("output") ?? (answer.failure == nil ? nil : []) else {
      throw reply.fault("output", "is missing")
    }
    var parts: [Part] = []
    var logprobs: [JSONValue] = []
    for var item in items { try read(&item, into: &parts, &logprobs) }
    let reason = reply.value("incomplete_details")?["reason"]?.string
    var choice = AnswerChoice(parts, finish(status: status, incomplete: reason, of: parts))
    if !logprobs.isEmpty { choice.logprobs = .object([("content", .array(logprobs))]) }
    answer.choices = [choice]
    return answer
  }

  /// OpenAI writes its moments as real numbers here.
  static func seconds(_ value: JSONValue) -> Int64? {
    value.integer ?? value.double.flatMap { Int64(exactly: $0.rounded(.down)) }
  }

  private static func finish(status: String?, incomplete reason: String?, of parts: [Part]) -> FinishReason {
    finish(
      status: status, incomplete: reason, hasCalls: parts.contains(where: \.isToolUse),
      hasRefusal: parts.contains { if case .refusal = $0.content { true } else { false } })
  }

  /// - Parameter reason: of `incomplete_details`. What is incomplete for no known reason is cut short all the same.
  static func finish(status: String?, incomplete reason: String?, hasCalls: Bool, hasRefusal: Bool) -> FinishReason {
    switch reason {
    case "max_output_tokens": .length
    case "content_filter": .contentFilter
    default: status == "incomplete" ? .length : hasCalls ? .toolUse : hasRefusal ? .refusal : .stop
    }
  }

  /// What a response says that came to no end: `failed`, `cancelled`, or one that is still on its way.
  static func failure(status: String?, _ response: JSONValue) -> Fault? {
    guard let status, status != "completed", status != "incomplete" else { return nil }
    if let error = response.given("error") { return fault(in: error, of: response) }
    return ProviderFault.brokenOff(status)
  }

  /// - Parameter response: where the error stands, or itself.
  static func fault(in error: JSONValue, of response: JSONValue) -> Fault {
    let code = error["code"]?.string
    return OpenAIChat.fault(status: code == "rate_limit_exceeded" ? 429 : 502, in: response)
  }

  /// A picture as an item.
  static func image(_ item: inout ObjectReader) throws(ShapeFault) -> MadeMedia? {
    for name in ["revised_prompt", "background", "output_format", "quality", "size", "action"] { _ = item.value(name) }
    let format = item.value["output_format"]?.string ?? "png"
    return MadeMedia(base64: try item.string("result") ?? "", mediaType: "image/\(format)")
  }

  /// Items nobody knows, such as calls of built-in tools, are passed over.
  private static func read(
    _ item: inout ObjectReader, into parts: inout [Part], _ logprobs: inout [JSONValue]
  ) throws(ShapeFault) {
    switch try item.string("type") {
    case "reasoning":
      if let thinking = try thinking(&item) { parts.append(Part(.thinking(thinking))) }
    case "function_call":
      let id = try item.required("call_id")
      let name = try item.required("name")
      for (number, arguments) in CallArguments.objects(of: try item.string("arguments") ?? "").enumerated() {
        let own = number == 0 ? id : gluedID(id, number)
        parts.append(Part(.toolUse(ToolUse(id: own, name: name, arguments: arguments))))
      }
    case "image_generation_call": if let media = try image(&item) { parts.append(media.part) }
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

  /// The identifier of a call whose arguments were glued to those of another.
  static func gluedID(_ id: String, _ number: Int) -> String { "\(id)_\(number)" }

  static func thinking(_ item: inout ObjectReader) throws(ShapeFault) -> Thinking? {
    var texts: [String] = []
    for name in ["summary", "content"] where texts.isEmpty {
      for var part in try item.objects(name) ?? [] { texts.append(try part.string("text") ?? "") }
    }
    return ReasoningSignature.thinking(
      texts.joined(separator: "\n\n"), id: try item.string("id") ?? "", encrypted: try item.string("encrypted_content"))
  }
}
