// ChatReply: an answer of chat/completions or completions in one piece.

import Bytes
import JSON

extension WholeReply {
  init(chat generation: Generation, call: Int, _ knobs: Knobs) {
    self.init()
    let isChat = generation.isChat
    append(isChat ? "{\"id\":\"chatcmpl-mock" : "{\"id\":\"cmpl-mock")
    append(decimal: call)
    append(isChat ? "\",\"object\":\"chat.completion\",\"created\":" : "\",\"object\":\"text_completion\",\"created\":")
    append(decimal: Moment.unixSeconds)
    append(",\"model\":")
    append(quoted: generation.model)
    append(",\"choices\":[")
    for (index, choice) in generation.choices.enumerated() {
      append(index == 0 ? "{\"index\":" : ",{\"index\":")
      append(decimal: index)
      if isChat {
        append(messageOf: choice, index, call: call)
      } else {
        append(",\"text\":")
        append(choice.contents[0].text)
      }
      append(",\"logprobs\":null,\"finish_reason\":\"")
      append(choice.finish.inChat)
      append("\"}")
    }
    append("]")
    if knobs.reportsUsage {
      append(",\"usage\":")
      append(ChatUsage.text(of: generation))
    }
    append(",\"system_fingerprint\":\"fp_mock\"}\n")
  }

  private mutating func append(messageOf choice: Choice, _ index: Int, call: Int) {
    append(",\"message\":{\"role\":\"assistant\",\"content\":")
    // OpenAI keeps thoughts to itself.
    for content in choice.contents where content.kind.isThinking { hide(content.text) }
    let said = choice.contents.first { if case .text = $0.kind { true } else { false } }
    if let said { append(said.text) } else { append("null") }
    if choice.callsTools {
      append(",\"tool_calls\":[")
      for content in choice.contents {
        guard let tool = content.call else { continue }
        append(tool.place == 0 ? "{\"id\":" : ",{\"id\":")
        append(quoted: tool.id("call_", in: call, choice: index))
        append(",\"type\":\"function\",\"function\":{\"name\":")
        append(quoted: tool.name)
        append(",\"arguments\":")
        append(content.text)
        append("}}")
      }
      append("]")
    }
    append(",\"refusal\":")
    let refusal = choice.contents.first { if case .refusal = $0.kind { true } else { false } }
    if let refusal { append(refusal.text) } else { append("null") }
    append("}")
  }
}

extension Generation {
  /// Whether it is chat, and not the endpoint before it.
  var isChat: Bool { if case .chat = shape { true } else { false } }

  /// Whether a stream ends with a chunk for usage.
  var includesUsage: Bool {
    switch shape {
    case .chat(let includes), .text(let includes): includes
    case .responses, .anthropic, .gemini, .converse, .invoke, .cohere: true
    }
  }
}

extension Finish {
  var inChat: StaticString {
    switch self {
    case .stop, .stopped, .refusal: "stop"
    case .length: "length"
    case .tools: "tool_calls"
    }
  }
}

/// The `usage` object, in the one shape both endpoints have.
enum ChatUsage {
  static func text(of generation: Generation) -> ByteSlice {
    var text = ByteBuffer(minimumCapacity: 192)
    text.append("{\"prompt_tokens\":")
    text.append(decimal: generation.prompt.total)
    text.append(",\"completion_tokens\":")
    text.append(decimal: generation.completionTokens)
    text.append(",\"total_tokens\":")
    text.append(decimal: generation.prompt.total + generation.completionTokens)
    text.append(",\"prompt_tokens_details\":{\"cached_tokens\":")
    text.append(decimal: generation.prompt.cached)
    if generation.prompt.created > 0 {
      text.append(",\"cache_write_tokens\":")
      text.append(decimal: generation.prompt.created)
    }
    text.append("},\"completion_tokens_details\":{\"reasoning_tokens\":")
    text.append(decimal: generation.reasoningTokens)
    text.append("}}")
    return text.take()
  }
}
