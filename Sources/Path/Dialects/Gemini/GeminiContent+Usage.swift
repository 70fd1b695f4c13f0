// GeminiContent+Usage: `usageMetadata` (ai.google.dev/api/generate-content#UsageMetadata). Results of tools that Gemini
// ran itself are input beside the prompt's; thoughts are output beside the candidates'.

import Conversation
import Exchange
import Hub
import JSON

extension GeminiContent {
  static func usage(_ value: JSONValue) throws(ShapeFault) -> Usage? {
    let path = "usageMetadata"
    func sum(_ one: TokenCount?, _ other: TokenCount?) -> TokenCount? {
      one == nil && other == nil ? nil : (one ?? .zero) + (other ?? .zero)
    }
    var usage = Usage()
    usage.input = sum(
      try value.tokens("promptTokenCount", in: path), try value.tokens("toolUsePromptTokenCount", in: path))
    usage.cachedInput = try value.tokens("cachedContentTokenCount", in: path)
    usage.reasoning = try value.tokens("thoughtsTokenCount", in: path)
    usage.output = sum(try value.tokens("candidatesTokenCount", in: path), usage.reasoning)
    usage.reportedTotal = try value.tokens("totalTokenCount", in: path)
    usage.audioInput = try sound("promptTokensDetails", of: value)
    usage.audioOutput = try sound("candidatesTokensDetails", of: value)
    return usage.input == nil && usage.output == nil && usage.reportedTotal == nil ? nil : usage
  }

  private static func sound(_ name: String, of value: JSONValue) throws(ShapeFault) -> TokenCount? {
    for detail in try value.objects(name, in: "usageMetadata") ?? [] where detail["modality"]?.string == "AUDIO" {
      return try detail.tokens("tokenCount", in: "usageMetadata.\(name)[]")
    }
    return nil
  }

  static func write(_ usage: Usage, to json: inout JSONWriter) {
    json.object("usageMetadata") { json in
      json.member("promptTokenCount", ifGiven: usage.input?.value)
      json.member("cachedContentTokenCount", ifGiven: usage.cachedInput?.value)
      let thoughts = usage.reasoning ?? .zero
      // Reasoning that was counted beside the output takes nothing from it.
      let said = usage.output.map { $0 >= thoughts ? $0 - thoughts : $0 }
      json.member("candidatesTokenCount", ifGiven: said?.value)
      json.member("thoughtsTokenCount", ifGiven: usage.reasoning?.value)
      json.member("totalTokenCount", ((usage.input ?? .zero) + (said ?? .zero) + thoughts).value)
      write(sound: usage.audioInput, of: usage.input, "promptTokensDetails", to: &json)
      write(sound: usage.audioOutput, of: said, "candidatesTokensDetails", to: &json)
    }
  }

  private static func write(
    sound: TokenCount?, of whole: TokenCount?, _ name: StaticString, to json: inout JSONWriter
  ) {
    guard let sound else { return }
    json.name(name)
    json.beginArray()
    for (modality, count) in [("TEXT", (whole ?? sound) - sound), ("AUDIO", sound)] where count > .zero {
      json.object {
        $0.member("modality", modality)
        $0.member("tokenCount", count.value)
      }
    }
    json.endArray()
  }
}
