// Generation+Writing: which dialect writes the answer.

import Bytes

extension Generation {
  /// The answer in one piece; `call` is the ledger's number of it.
  func whole(call: Int, _ knobs: Knobs) -> WholeReply {
    switch shape {
    case .chat, .text: WholeReply(chat: self, call: call, knobs)
    case .anthropic, .invoke: WholeReply(anthropic: self, call: call, knobs)
    case .responses, .gemini, .converse, .cohere: WholeReply()
    }
  }

  /// The answer in a stream of events.
  func stream(call: Int, _ knobs: Knobs) -> any StreamedReply {
    switch shape {
    case .chat, .text: ChatStream(self, call: call, knobs)
    case .anthropic, .invoke: AnthropicStream(self, call: call, knobs)
    case .responses, .gemini, .converse, .cohere: ChatStream(self, call: call, knobs)
    }
  }
}
