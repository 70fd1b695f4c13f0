// ConverseReply: what Converse answers in one piece.

import Bytes
import JSON

extension WholeReply {
  init(converse generation: Generation, call: Int, _ knobs: Knobs) {
    self.init()
    let choice = generation.choices[0]
    append("{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[")
    for (index, content) in choice.contents.enumerated() {
      if index > 0 { append(",") }
      switch content.kind {
      case .text, .refusal:
        append("{\"text\":")
        append(content.text)
      case .thinking:
        append("{\"reasoningContent\":{\"reasoningText\":{\"text\":")
        append(content.text)
        append(",\"signature\":")
        append(quoted: Proof.signature(of: content.text.string, by: .anthropic))
        append("}}")
      case .redactedThinking:
        hide(content.text)
        append("{\"reasoningContent\":{\"redactedContent\":")
        append(quoted: Proof.sealed(content.text.string, by: .anthropic))
        append("}")
      case .call(let tool):
        append("{\"toolUse\":{\"toolUseId\":")
        append(quoted: tool.id("tooluse_", in: call, choice: 0))
        append(",\"name\":")
        append(quoted: tool.name)
        append(",\"input\":")
        append(argumentsOf: content)
        append("}")
      }
      append("}")
    }
    append("]}},\"stopReason\":\"")
    append(choice.finish.inConverse)
    append("\"")
    if knobs.reportsUsage {
      append(",\"usage\":")
      append(ConverseUsage.text(of: generation))
    }
    append(",\"metrics\":{\"latencyMs\":1}}")
  }
}

extension Finish {
  var inConverse: StaticString {
    switch self {
    case .refusal: "content_filtered"
    case .stop, .length, .tools, .stopped: inAnthropic
    }
  }
}

enum ConverseUsage {
  static func text(of generation: Generation) -> ByteSlice {
    var writer = JSONWriter(minimumCapacity: 192)
    let prompt = generation.prompt
    writer.object {
      $0.member("inputTokens", Int64(prompt.fresh))
      $0.member("outputTokens", Int64(generation.completionTokens))
      $0.member("totalTokens", Int64(prompt.total + generation.completionTokens))
      $0.member("cacheReadInputTokens", Int64(prompt.cached))
      $0.member("cacheWriteInputTokens", Int64(prompt.created))
      guard prompt.created > 0 else { return }
      $0.name("cacheDetails")
      $0.beginArray()
      $0.object {
        $0.member("ttl", prompt.isKeptForHour ? "1h" : "5m")
        $0.member("inputTokens", Int64(prompt.created))
      }
      $0.endArray()
    }
    return writer.take()
  }
}
