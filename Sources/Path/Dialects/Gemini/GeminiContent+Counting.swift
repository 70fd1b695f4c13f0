// GeminiContent+Counting: countTokens (ai.google.dev/api/tokens and Vertex's copy of it).

import Bytes
import Conversation
import Exchange
import Hub
import JSON

extension GeminiContent: CountingSpoke {
  /// Contents alone, or a whole request in `generateContentRequest`.
  public static func conversation(counting body: ByteSlice, model: ModelName) throws(Fault) -> Conversation {
    let whole =
      try? JSONValue.parse(body.span)["generateContentRequest"]
      ?? JSONValue.parse(body.span)["generate_content_request"]
    return try conversation(from: whole.map { slice($0) } ?? body, model: model, streams: false)
  }

  public static func body(ofCount count: Int64) -> ByteSlice { slice(["totalTokens": .integer(count)]) }

  public static func countingBody(of conversation: Conversation) -> ByteSlice {
    let request = counted(conversation, ["contents", "systemInstruction", "tools"])
    // Vertex takes the members themselves.
    if conversation.habits.signsAs == .vertex { return slice(request) }
    let model: JSONValue = .string("models/" + conversation.model)
    return slice(["generateContentRequest": .object([("model", model)] + (request.members ?? []))])
  }

  public static func count(from body: ByteSlice) throws(ShapeFault) -> Int64 { try count("totalTokens", in: body) }
}
