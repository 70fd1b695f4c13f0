// GeminiUsage+Writing: `usageMetadata` as an agent of Gemini's gets it.

import Exchange
import JSON

extension GeminiUsage {
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
