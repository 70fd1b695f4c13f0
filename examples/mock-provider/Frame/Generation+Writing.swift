// Generation+Writing: which dialect writes the answer.

import Bytes

extension Generation {
  /// The answer in one piece; `call` is the ledger's number of it.
  func whole(call: Int, _ knobs: Knobs) -> WholeReply {
    switch shape {
    case .chat, .text: WholeReply(chat: self, call: call, knobs)
    case .anthropic, .invoke: WholeReply(anthropic: self, call: call, knobs)
    case .gemini(let manner): WholeReply(gemini: self, manner, call: call, knobs)
    case .converse: WholeReply(converse: self, call: call, knobs)
    case .cohere: WholeReply(cohere: self, call: call, knobs)
    case .responses(let echo): WholeReply(responses: self, echo, call: call, knobs)
    }
  }

  /// The answer in a stream of events.
  func stream(call: Int, _ knobs: Knobs) -> any StreamedReply {
    switch shape {
    case .chat, .text: ChatStream(self, call: call, knobs)
    case .anthropic, .invoke: AnthropicStream(self, call: call, knobs)
    case .gemini(let manner): GeminiStream(self, manner, call: call, knobs)
    case .converse: ConverseStream(self, call: call, knobs)
    case .cohere: CohereStream(self, call: call, knobs)
    case .responses(let echo): ResponsesStream(self, echo, call: call, knobs)
    }
  }
}
