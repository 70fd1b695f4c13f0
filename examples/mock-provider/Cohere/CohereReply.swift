// CohereReply: what /v2/chat answers in one piece.

import Bytes
import JSON

extension WholeReply {
  init(cohere generation: Generation, call: Int, _ knobs: Knobs) {
    self.init()
    let choice = generation.choices[0]
    append("{\"id\":\"mock-")
    append(decimal: call)
    append("\",\"message\":{\"role\":\"assistant\"")
    var blocks = 0
    for content in choice.contents {
      switch content.cohereKind(in: choice) {
      case .block(let kind):
        append(blocks == 0 ? ",\"content\":[{\"type\":\"" : ",{\"type\":\"")
        append(kind)
        append("\",\"")
        append(kind)
        append("\":")
        append(content.text)
        append("}")
        blocks += 1
      case .plan, .call, .hidden: continue
      }
    }
    if blocks > 0 { append("]") }
    for content in choice.contents {
      switch content.cohereKind(in: choice) {
      case .plan:
        append(",\"tool_plan\":")
        append(content.text)
      case .call(let tool):
        append(tool.place == 0 ? ",\"tool_calls\":[" : ",")
        append("{\"id\":")
        append(quoted: tool.id("", in: call, choice: 0))
        append(",\"type\":\"function\",\"function\":{\"name\":")
        append(quoted: tool.name)
        append(",\"arguments\":")
        append(content.text)
        append("}}")
      case .hidden: hide(content.text)
      case .block: continue
      }
    }
    append(choice.callsTools ? "]},\"finish_reason\":\"" : "},\"finish_reason\":\"")
    append(choice.finish.inCohere)
    append("\"")
    if knobs.reportsUsage {
      append(",\"usage\":")
      append(CohereUsage.text(of: generation))
    }
    append("}\n")
  }
}

/// What a content is to Cohere.
enum CohereKind {
  /// A block of this type, whose text stands under the same name.
  case block(StaticString)
  /// What the model says before it calls tools.
  case plan
  case call(Content.Call)
  case hidden
}

extension Content {
  func cohereKind(in choice: Choice) -> CohereKind {
    switch kind {
    case .text: choice.callsTools ? .plan : .block("text")
    case .refusal: .block("text")
    case .thinking: .block("thinking")
    case .redactedThinking: .hidden
    case .call(let call): .call(call)
    }
  }
}

extension Finish {
  var inCohere: StaticString {
    switch self {
    case .stop, .refusal: "COMPLETE"
    case .length: "MAX_TOKENS"
    case .tools: "TOOL_CALL"
    case .stopped: "STOP_SEQUENCE"
    }
  }
}

enum CohereUsage {
  static func text(of generation: Generation) -> ByteSlice {
    var writer = JSONWriter(minimumCapacity: 192)
    writer.object {
      for name in ["billed_units", "tokens"] as [StaticString] {
        $0.object(name) {
          $0.member("input_tokens", Int64(generation.prompt.total))
          $0.member("output_tokens", Int64(generation.completionTokens))
        }
      }
      if generation.prompt.cached > 0 { $0.member("cached_tokens", Int64(generation.prompt.cached)) }
    }
    return writer.take()
  }
}
