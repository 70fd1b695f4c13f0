// AnthropicMessages+Reply: an answer becomes a whole reply to an agent.

import Bytes
import Conversation
import Hub
import JSON

extension AnthropicMessages {
  public static func body(of answer: Answer, to conversation: Conversation) -> ByteSlice {
    let choice = answer.choices.first ?? AnswerChoice([], .stop)
    var json = JSONWriter(minimumCapacity: 1_024)
    json.object { json in
      json.member("id", answer.id)
      json.member("type", "message")
      json.member("role", "assistant")
      json.member("model", answer.model)
      json.array("content", of: choice.parts.carryingSignatures) { writeBlock($1, to: &$0) }
      json.member("stop_reason", reason(choice.finish, stopSequence: choice.stopSequence))
      json.name("stop_sequence")
      if let sequence = choice.stopSequence { json.string(sequence) } else { json.null() }
      json.object("usage") { AnthropicUsage.write(answer.usage, to: &$0) }
    }
    return json.take()
  }

  /// A block as providers write it, with what its text rests on.
  private static func writeBlock(_ part: Part, to json: inout JSONWriter) {
    guard case .text(let text) = part.content, !part.citations.isEmpty else {
      return AnthropicBlock.write(part, to: &json)
    }
    json.object { json in
      json.member("type", "text")
      json.member("text", text)
      json.array("citations", of: part.citations) { AnthropicCitation.write($1, to: &$0) }
    }
  }
}
