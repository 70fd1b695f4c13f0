// GeminiContent+Reply: an answer as Gemini gives it.

import Bytes
import Conversation
import Exchange
import Hub
import JSON

extension GeminiContent {
  public static func body(of answer: Answer, to conversation: Conversation) -> ByteSlice {
    var json = JSONWriter(minimumCapacity: 2_048)
    json.object { json in
      json.name("candidates")
      json.beginArray()
      for (index, choice) in answer.choices.enumerated() {
        json.object { json in write(choice, at: index, to: &json) }
      }
      json.endArray()
      if let usage = answer.usage { GeminiUsage.write(usage, to: &json) }
      json.member("modelVersion", answer.model)
      json.member("responseId", answer.id)
    }
    return json.take()
  }

  private static func write(_ choice: AnswerChoice, at index: Int, to json: inout JSONWriter) {
    json.object("content") { json in
      json.member("role", "model")
      json.name("parts")
      json.beginArray()
      for part in choice.parts { write(part, to: &json) }
      json.endArray()
    }
    json.member("finishReason", "\(reason(of: choice.finish))")
    json.member("index", Int64(index))
    GeminiCitations.write(choice.parts, to: &json)
    if let logprobs = choice.logprobs { GeminiLogprobs.write(logprobs, to: &json) }
  }

  private static func write(_ part: Part, to json: inout JSONWriter) {
    switch part.content {
    case .text(let text), .refusal(let text): json.object { $0.member("text", text) }
    case .thinking(let thinking):
      json.object { json in
        json.member("text", thinking.text)
        // A signature alone is a part of its own, as Gemini sends it.
        if !thinking.text.isEmpty || thinking.isRedacted { json.member("thought", true) }
        json.member("thoughtSignature", ifGiven: GeminiSignature.field(of: thinking))
      }
    case .toolUse(let use): json.object { json in write(use, to: &json) }
    case .image, .audio: if let media = part.made { json.object { write(media, to: &$0) } }
    // No provider answers with these.
    case .document, .toolResult: break
    }
  }

  /// A picture's or a sound's part, without its braces.
  static func write(_ media: MadeMedia, to json: inout JSONWriter) {
    guard let (data, type) = media.bytes else { return }
    json.object("inlineData") { json in
      json.member("mimeType", type)
      json.member("data", data)
    }
  }

  /// A call's part, without its braces.
  static func write(_ use: ToolUse, to json: inout JSONWriter) {
    json.object("functionCall") { json in
      json.member("id", use.id)
      json.member("name", use.name)
      json.name("args")
      if let arguments = try? JSONValue.parse(use.arguments.utf8.span), arguments.kind == .object {
        json.value(arguments)
      } else {
        json.object { $0.member("arguments", use.arguments) }
      }
    }
    json.member("thoughtSignature", ifGiven: use.signature.map { GeminiSignature.field(of: $0) })
  }
}
