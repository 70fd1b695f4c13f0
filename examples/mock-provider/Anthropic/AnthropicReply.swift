// AnthropicReply: a message of Anthropic's in one piece.

import Bytes
import JSON

extension WholeReply {
  init(anthropic generation: Generation, call: Int, _ knobs: Knobs) {
    self.init()
    let choice = generation.choices[0]
    append("{\"id\":\"msg_mock")
    append(decimal: call)
    append("\",\"type\":\"message\",\"role\":\"assistant\",\"model\":")
    append(quoted: generation.model)
    append(",\"content\":[")
    for (index, content) in choice.contents.enumerated() {
      if index > 0 { append(",") }
      append(blockOf: content, call: call)
    }
    append("],")
    append(AnthropicUsage.ending(of: choice))
    if knobs.reportsUsage {
      append(",\"usage\":")
      append(AnthropicUsage.text(of: generation, outputTokens: generation.completionTokens))
    }
    append("}\n")
  }

  private mutating func append(blockOf content: Content, call: Int) {
    switch content.kind {
    case .text, .refusal:
      append("{\"type\":\"text\",\"text\":")
      append(content.text)
    case .thinking:
      append("{\"type\":\"thinking\",\"thinking\":")
      append(content.text)
      append(",\"signature\":")
      append(quoted: Proof.signature(of: content.text.string, by: .anthropic))
    case .redactedThinking:
      hide(content.text)
      append("{\"type\":\"redacted_thinking\",\"data\":")
      append(quoted: Proof.sealed(content.text.string, by: .anthropic))
    case .call(let tool):
      append("{\"type\":\"tool_use\",\"id\":")
      append(quoted: tool.id("toolu_", in: call, choice: 0))
      append(",\"name\":")
      append(quoted: tool.name)
      append(",\"input\":")
      append(argumentsOf: content)
    }
    append("}")
  }
}

enum AnthropicUsage {
  static func text(of generation: Generation, outputTokens: Int) -> ByteSlice {
    var writer = JSONWriter()
    let prompt = generation.prompt
    writer.object {
      $0.member("input_tokens", Int64(prompt.fresh))
      $0.member("cache_creation_input_tokens", Int64(prompt.created))
      $0.member("cache_read_input_tokens", Int64(prompt.cached))
      $0.object("cache_creation") {
        $0.member("ephemeral_5m_input_tokens", Int64(prompt.isKeptForHour ? 0 : prompt.created))
        $0.member("ephemeral_1h_input_tokens", Int64(prompt.isKeptForHour ? prompt.created : 0))
      }
      $0.member("output_tokens", Int64(outputTokens))
      $0.member("service_tier", "standard")
    }
    return writer.take()
  }

  /// `stop_reason` and what belongs to it.
  static func ending(of choice: Choice) -> ByteSlice {
    var text = ByteBuffer()
    text.append("\"stop_reason\":\"")
    text.append(choice.finish.inAnthropic)
    text.append("\",\"stop_sequence\":")
    if case .stopped(let stop) = choice.finish { JSONText.appendQuoted(stop, to: &text) } else { text.append("null") }
    return text.take()
  }
}

extension Finish {
  /// In Anthropic's words, which Bedrock shares.
  var inAnthropic: StaticString {
    switch self {
    case .stop: "end_turn"
    case .length: "max_tokens"
    case .tools: "tool_use"
    case .refusal: "refusal"
    case .stopped: "stop_sequence"
    }
  }
}
