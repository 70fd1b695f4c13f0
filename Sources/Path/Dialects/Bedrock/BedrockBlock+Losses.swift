// BedrockBlock+Losses: which parts Bedrock takes, and what becomes of the others.

import Anthropic
import Conversation
import Hub

extension BedrockBlock {
  /// Whether Bedrock can be told of `part`.
  static func isKept(_ part: Part, by model: BedrockModel, _ losses: inout Losses) -> Bool {
    if part.cache != nil, model.marker(of: part) != part.cache { losses.approximate(.cacheMarker) }
    switch part.content {
    case .text(let text), .refusal(let text): return !text.isBlank
    case .toolUse: return true
    case .toolResult(let result):
      for part in result.parts {
        if !part.citations.isEmpty { losses.approximate(.citations) }
        if part.cache != nil { losses.approximate(.cacheMarker) }
        if !isKept(part, by: model, &losses) { continue }
        if case .audio = part.content { losses.drop(.toolResultMedia) }
      }
      return true
    case .thinking(let thinking): return model.isClaude && thinking.signature?.origin == .claude
    case .audio(let media): return isKept(media, .sound, as: .audio, at: .audio, &losses)
    case .image(let media):
      if let detail = media.detail, detail != "auto" { losses.approximate(.imageDetail) }
      return isKept(media, .image, as: .image, at: .imageURL, &losses)
    case .document(let media): return isKept(media, .document, as: .document, at: .documentURL, &losses)
    }
  }

  /// Of what a tool may answer, what Bedrock takes; `isKept` has put down the rest.
  static func isSaid(_ part: Part) -> Bool {
    var unheard = Losses()
    switch part.content {
    case .text(let text): return !text.isBlank
    case .image(let media): return isKept(media, .image, as: .image, at: .imageURL, &unheard)
    case .document(let media): return isKept(media, .document, as: .document, at: .documentURL, &unheard)
    case .audio, .toolUse, .toolResult, .thinking, .refusal: return false
    }
  }

  private static func isKept(
    _ media: Media, _ kind: BedrockFormat.Kind, as feature: Feature, at address: Feature, _ losses: inout Losses
  ) -> Bool {
    switch media.source {
    case .base64 where BedrockFormat.format(of: media.mediaType, kind) != nil: return true
    case .text where kind == .document: return true
    case .base64, .text: losses.drop(feature)
    // Bedrock takes bytes; the gateway fetches nothing.
    case .url: losses.drop(address)
    case .file: losses.drop(.file)
    }
    return false
  }
}
