// BedrockConverse+Answer: a provider's whole reply becomes an answer, and an answer a whole reply to an agent.

import Anthropic
import Bytes
import Conversation
import Exchange
import Hub
import JSON

extension BedrockConverse {
  public static func answer(from body: ByteSlice) throws(ShapeFault) -> Answer {
    var reply = try ObjectReader(parsing: body)
    var output = try reply.object("output")
    guard var message = try output?.object("message") else { throw reply.fault("output.message", "is missing") }
    guard let blocks = try message.objects("content") else { throw message.fault("content", "is missing") }
    var parts: [Part] = []
    for var block in blocks {
      if let part = try part(&block) { parts.append(part) }
    }
    let reason = reply.value("stopReason")?.string
    let finish = finish(reason).calling(tools: parts.contains(where: \.isToolUse))
    var answer = Answer(
      id: identifier(of: body), model: "", choices: [AnswerChoice(parts, finish)],
      usage: reply.value("usage").flatMap { BedrockUsage.read($0.bytes.span) })
    answer.failure = failure(reason)
    return answer
  }

  /// nil for a block of a kind that agents of other dialects have never heard of.
  private static func part(_ block: inout ObjectReader) throws(ShapeFault) -> Part? {
    if let text = try block.string("text") { return .text(text) }
    if var use = try block.object("toolUse") {
      if isProviders(use.value) { return nil }
      return Part(
        .toolUse(
          ToolUse(
            id: try use.required("toolUseId"), name: try use.required("name"),
            arguments: use.value("input")?.text ?? "{}")))
    }
    if var cited = try block.object("citationsContent") {
      let texts = (cited.value("content")?.elements ?? []).compactMap { $0["text"]?.string }
      return Part(.text(texts.joined()), citations: BedrockCitation.citations(cited.value("citations")?.elements))
    }
    if let image = block.value("image"), let media = picture(image) { return media.part }
    guard var reasoning = try block.object("reasoningContent") else { return nil }
    if var said = try reasoning.object("reasoningText") {
      return Part(.thinking(Thinking(try said.string("text") ?? "", signed: try said.string("signature"))))
    }
    guard let data = try reasoning.string("redactedContent") else { return nil }
    return Part(.thinking(Thinking("", signature: BedrockBlock.signature(redacted: data), isRedacted: true)))
  }

  /// A call of a tool that the provider runs itself, which is not the agent's.
  static func isProviders(_ use: JSONValue) -> Bool { use["type"]?.string == "server_tool_use" }

  private static func picture(_ image: JSONValue) -> MadeMedia? {
    guard let format = image["format"]?.string, let type = BedrockFormat.mediaType(of: format, .image) else {
      return nil
    }
    return MadeMedia(base64: image["source"]?["bytes"]?.string ?? "", mediaType: type)
  }

  /// An answer that was broken off: `malformed_model_output`, `malformed_tool_use`.
  static func failure(_ reason: String?) -> Fault? {
    guard let reason, reason.hasPrefix("malformed") else { return nil }
    return ProviderFault.brokenOff(reason)
  }

  /// A name for a reply that has none: a hash of its bytes (FNV-1a).
  static func identifier(of bytes: ByteSlice) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    let span = bytes.span
    for index in 0..<span.count { hash = (hash ^ UInt64(span[index])) &* 0x0000_0100_0000_01B3 }
    let digits = String(hash, radix: 16)
    return "bedrock-" + String(repeating: "0", count: 16 - digits.count) + digits
  }

  static func finish(_ reason: String?) -> FinishReason {
    switch reason {
    case "max_tokens", "model_context_window_exceeded": .length
    case "tool_use": .toolUse
    case "guardrail_intervened", "content_filtered": .contentFilter
    case "refusal": .refusal
    case "pause_turn": .pause
    default: .stop
    }
  }

  static func reason(_ finish: FinishReason, stopSequence: String?) -> String {
    switch finish {
    case .stop: stopSequence == nil ? "end_turn" : "stop_sequence"
    case .length: "max_tokens"
    case .toolUse: "tool_use"
    case .contentFilter, .refusal: "content_filtered"
    case .pause: "end_turn"
    }
  }

  public static func body(of answer: Answer, to conversation: Conversation) -> ByteSlice {
    let choice = answer.choices.first ?? AnswerChoice([], .stop)
    var json = JSONWriter(minimumCapacity: 1_024)
    json.object { json in
      json.object("output") { json in
        json.object("message") { json in
          json.member("role", "assistant")
          json.array("content", of: choice.parts.carryingSignatures) { BedrockBlock.write($1, to: &$0) }
        }
      }
      json.member("stopReason", reason(choice.finish, stopSequence: choice.stopSequence))
      json.object("usage") { BedrockUsage.write(answer.usage, to: &$0) }
      json.object("metrics") { $0.member("latencyMs", 0 as Int64) }
    }
    return json.take()
  }
}
