// OpenAIResponses+Counting: /v1/responses/input_tokens (developers.openai.com/api/reference/resources/responses).

import Bytes
import Conversation
import Hub
import JSON

extension OpenAIResponses: CountingSpoke {
  public static func body(ofCount count: Int64) -> ByteSlice {
    slice(["object": "response.input_tokens", "input_tokens": .integer(count)])
  }

  public static func countingBody(of conversation: Conversation) -> ByteSlice {
    slice(
      counted(conversation, ["model", "input", "tools", "tool_choice", "parallel_tool_calls", "reasoning", "text"]))
  }

  public static func count(from body: ByteSlice) throws(ShapeFault) -> Int64 { try count("input_tokens", in: body) }
}
