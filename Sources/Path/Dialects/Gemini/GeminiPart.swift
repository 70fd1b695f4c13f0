// GeminiPart: one part of what Gemini says, whole or in a stream, where every chunk is a reply of its own.

import Conversation
import Exchange
import Hub
import JSON

enum GeminiPart {
  case text(String, Signature?)
  case thought(String, Signature?)
  /// `id` where Gemini gave one.
  case call(id: String?, name: String, arguments: String, Signature?)
  case media(MadeMedia, Signature?)
  /// Code that Gemini ran: no other dialect has it.
  case other

  init(_ part: JSONValue, at path: @autoclosure () -> String) throws(ShapeFault) {
    let field = try part.string("thoughtSignature", in: path())
    let signature = field.flatMap { GeminiSignature.read($0) }?.signature
    if let text = try part.string("text", in: path()) {
      self = try part.bool("thought", in: path()) ?? false ? .thought(text, signature) : .text(text, signature)
    } else if let call = try part.object("functionCall", in: path()) {
      let here = path() + ".functionCall"
      guard let name = try call.string("name", in: here) else {
        throw ShapeFault(path: here + ".name", problem: "is missing")
      }
      let arguments = try call.object("args", in: here)?.text ?? "{}"
      self = .call(id: try call.string("id", in: here), name: name, arguments: arguments, signature)
    } else if let blob = try part.object("inlineData", in: path()),
      let media = MadeMedia(
        base64: try blob.string("data", in: path() + ".inlineData") ?? "",
        mediaType: try blob.string("mimeType", in: path() + ".inlineData") ?? "")
    {
      self = .media(media, signature)
    } else if let signature {
      self = .text("", signature)
    } else {
      self = .other
    }
  }
}

extension GeminiContent {
  /// What a reason of Gemini's is in the hub's words; `calledTools` tells a turn for tools from one that is done, which
  /// both are STOP. nil where the answer was broken off, as all further reasons say (MALFORMED_FUNCTION_CALL,
  /// MALFORMED_RESPONSE, UNEXPECTED_TOOL_CALL, TOO_MANY_TOOL_CALLS, MISSING_THOUGHT_SIGNATURE, NO_IMAGE, IMAGE_OTHER, OTHER).
  static func finish(of reason: String, calledTools: Bool) -> FinishReason? {
    switch reason {
    case "STOP", "FINISH_REASON_UNSPECIFIED": calledTools ? .toolUse : .stop
    case "MAX_TOKENS", "CONTINUATION": .length
    case "SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "LANGUAGE", "IMAGE_SAFETY",
      "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION", "MODEL_ARMOR", "ESCALATION", "PUP_LIMITED_DISABLED":
      .contentFilter
    default: nil
    }
  }

  static func reason(of finish: FinishReason) -> StaticString {
    switch finish {
    case .stop, .toolUse: "STOP"
    case .length: "MAX_TOKENS"
    case .contentFilter: "SAFETY"
    case .refusal: "PROHIBITED_CONTENT"
    case .pause: "OTHER"
    }
  }
}
