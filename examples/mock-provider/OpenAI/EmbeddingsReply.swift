// EmbeddingsReply: OpenAI's list of vectors.

import Bytes
import JSON

enum EmbeddingsReply {
  static func text(_ request: EmbeddingRequest, reportsUsage: Bool) -> ByteSlice {
    var buffer = ByteBuffer()
    // The id is what Mistral adds.
    buffer.append("{\"id\":\"embd-mock\",\"object\":\"list\",\"data\":[")
    for (index, input) in request.inputs.enumerated() {
      buffer.append(index == 0 ? "{\"object\":\"embedding\",\"index\":" : ",{\"object\":\"embedding\",\"index\":")
      buffer.append(decimal: index)
      buffer.append(",\"embedding\":")
      let vector = Vector(of: input, dimensions: request.dimensions)
      if request.isBase64 { vector.writeBase64(into: &buffer) } else { vector.writeNumbers(into: &buffer) }
      buffer.append("}")
    }
    buffer.append("],\"model\":")
    JSONText.appendQuoted(request.model, to: &buffer)
    if reportsUsage {
      buffer.append(",\"usage\":{\"prompt_tokens\":")
      buffer.append(decimal: request.cost.promptTokens)
      buffer.append(",\"total_tokens\":")
      buffer.append(decimal: request.cost.promptTokens)
      buffer.append("}")
    }
    buffer.append("}\n")
    return buffer.take()
  }
}
