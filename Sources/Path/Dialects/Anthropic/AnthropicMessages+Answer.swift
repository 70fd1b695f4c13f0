// AnthropicMessages+Answer: a provider's whole reply becomes an answer.

import Bytes
import Conversation
import Hub
import JSON

extension AnthropicMessages {
  public static func answer(from body: ByteSlice) throws(ShapeFault) -> Answer {
    var message = try ObjectReader(parsing: body)
    guard let blocks = try message.objects("content") else { throw message.fault("content", "is missing") }
    var parts: [Part] = []
    for var block in blocks {
      if let part = try part(&block) { parts.append(part) }
    }
    let finish = finish(message.value("stop_reason")?.string).calling(tools: parts.contains(where: \.isToolUse))
    let choice = AnswerChoice(parts, finish, stopSequence: message.value("stop_sequence")?.string)
    return Answer(
      id: try message.string("id") ?? "", model: try message.string("model") ?? "", choices: [choice],
      usage: ReportedUsage.read(message.value("usage")))
  }

  /// nil for a block of a kind that agents of other dialects have never heard of.
  private static func part(_ block: inout ObjectReader) throws(ShapeFault) -> Part? {
    switch try block.required("type") {
    case "text":
      return Part(
        .text(try block.required("text")), citations: AnthropicCitation.citations(block.value("citations")?.elements))
    case "thinking":
      return Part(.thinking(Thinking(try block.string("thinking") ?? "", signed: try block.string("signature"))))
    case "redacted_thinking":
      let data = Signature(shown: try block.required("data"), native: .claude)
      return Part(.thinking(Thinking("", signature: data, isRedacted: true)))
    case "tool_use":
      let input = try block.object("input")?.value
      return Part(
        .toolUse(
          ToolUse(
            id: try block.required("id"), name: try block.required("name"),
            arguments: input?.text ?? "{}")))
    default: return nil
    }
  }

  static func finish(_ reason: String?) -> FinishReason {
    switch reason {
    case "max_tokens", "model_context_window_exceeded": .length
    case "tool_use": .toolUse
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
    case .contentFilter, .refusal: "refusal"
    case .pause: "pause_turn"
    }
  }
}
