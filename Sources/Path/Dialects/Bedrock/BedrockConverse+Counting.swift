// BedrockConverse+Counting: CountTokens (docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CountTokens.html).

import Bytes
import Conversation
import Hub
import JSON

extension BedrockConverse: CountingSpoke {
  public static func body(ofCount count: Int64) -> ByteSlice { slice(["inputTokens": .integer(count)]) }

  public static func countingBody(of conversation: Conversation) -> ByteSlice {
    let request = counted(conversation, ["messages", "system", "toolConfig", "additionalModelRequestFields"])
    return slice(["input": ["converse": request]])
  }

  public static func count(from body: ByteSlice) throws(ShapeFault) -> Int64 { try count("inputTokens", in: body) }
}
