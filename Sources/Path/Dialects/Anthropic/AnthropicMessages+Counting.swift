// AnthropicMessages+Counting: /v1/messages/count_tokens (platform.claude.com/docs/en/api/messages/count_tokens).

import Bytes
import Conversation
import Hub
import JSON

extension AnthropicMessages: CountingSpoke {
  public static func body(ofCount count: Int64) -> ByteSlice { slice(["input_tokens": .integer(count)]) }

  public static func countingBody(of conversation: Conversation) -> ByteSlice {
    slice(counted(conversation, ["model", "messages", "system", "tools", "tool_choice", "thinking"]))
  }

  public static func count(from body: ByteSlice) throws(ShapeFault) -> Int64 { try count("input_tokens", in: body) }
}
