// CohereChat+Reply: an answer as Cohere gives it.

import Bytes
import Conversation
import Hub
import JSON

extension CohereChat {
  /// Cohere gives one answer; of several the first is shown, and there are none, because several are never asked for.
  public static func body(of answer: Answer, to conversation: Conversation) -> ByteSlice {
    let choice = answer.choices.first ?? AnswerChoice([], .stop)
    var json = JSONWriter(minimumCapacity: 2_048)
    json.object { json in
      json.member("id", answer.id)
      json.member("finish_reason", reason(of: choice.finish, stopSequence: choice.stopSequence))
      json.object("message") { json in write(choice.parts.carryingSignatures, to: &json) }
      if let usage = answer.usage { CohereUsage.write(usage, to: &json) }
      if let tokens = choice.logprobs?["content"]?.elements {
        json.array("logprobs", of: tokens) { json, token in CohereLogprobs.write(token, to: &json) }
      }
    }
    return json.take()
  }

  /// The members of the message. What the model said before it called is its plan, unless it thought in between.
  private static func write(_ parts: [Part], to json: inout JSONWriter) {
    json.member("role", "assistant")
    var content: [Part] = []
    var texts: [String] = []
    var calls: [ToolUse] = []
    let said = parts.filter { !$0.isToolUse }
    let firstText = said.firstIndex { !$0.isThinking } ?? said.endIndex
    let hasPlan = parts.contains(where: \.isToolUse) && !said[firstText...].contains(where: \.isThinking)
    for part in parts {
      switch part.content {
      case .text(let text), .refusal(let text):
        if hasPlan { texts.append(text) } else { content.append(.text(text)) }
      case .thinking: content.append(part)
      case .toolUse(let use): calls.append(use)
      case .image, .document, .audio, .toolResult: break
      }
    }
    if !texts.isEmpty { json.member("tool_plan", texts.joined(separator: "\n")) }
    if !calls.isEmpty {
      json.array("tool_calls", of: calls) { json, use in write(use, to: &json) }
    }
    if !content.isEmpty {
      json.array("content", of: content) { json, part in
        json.object { json in
          switch part.content {
          case .thinking(let thinking): write(thinking, to: &json)
          case .text(let text):
            json.member("type", "text")
            json.member("text", text)
          case .image, .document, .audio, .toolUse, .toolResult, .refusal: break
          }
        }
      }
    }
    let citations = parts.flatMap(\.citations)
    if !citations.isEmpty {
      json.array("citations", of: citations) { json, citation in
        json.object { json in CohereCitations.write(citation, to: &json) }
      }
    }
  }

  /// The members of a part.
  static func write(_ thinking: Thinking, to json: inout JSONWriter) {
    json.member("type", "thinking")
    json.member("thinking", thinking.text)
    json.member("signature", ifGiven: CohereSignature.field(of: thinking))
  }

  static func write(_ use: ToolUse, to json: inout JSONWriter) {
    json.object { json in
      json.member("id", use.id)
      json.member("type", "function")
      json.object("function") { json in
        json.member("name", use.name)
        json.member("arguments", use.arguments)
      }
    }
  }
}
