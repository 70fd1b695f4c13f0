// GeminiEnding: the last chunk of a stream that ends where its budget ends.

import Bytes
import Exchange
import Hub
import JSON

enum GeminiEnding {
  static func events(after last: ByteSlice, of request: any ModelRequest, usage: Usage) -> ByteSlice {
    let before = try? JSONValue.parse(last.span)
    let common = ["responseId", "modelVersion"].compactMap { name in before?[name].map { (name: name, value: $0) } }
    let candidates = (0..<request.choices).map { index in
      JSONValue.object([
        ("content", ["role": "model", "parts": []]), ("finishReason", "MAX_TOKENS"), ("index", .integer(index)),
      ])
    }
    let input = usage.input ?? .zero
    let output = usage.output ?? .zero
    let metadata: JSONValue = [
      "promptTokenCount": .integer(input.value), "candidatesTokenCount": .integer(output.value),
      "totalTokenCount": .integer((input + output).value),
    ]
    return EventFrame.event(
      .object([("candidates", .array(candidates)), ("usageMetadata", metadata)] + common))
  }
}
