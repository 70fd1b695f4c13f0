// AnthropicBlock+Losses: which parts Anthropic takes, and what becomes of the others.

import Bytes
import Conversation
import Hub

extension AnthropicBlock {
  /// Whether Anthropic can be told of `part`.
  package static func isKept(_ part: Part, _ losses: inout Losses) -> Bool {
    if !part.citations.isEmpty { losses.approximate(.citations) }
    switch part.content {
    case .text(let text), .refusal(let text): return !text.isBlank
    case .toolUse: return true
    case .toolResult(let result):
      for part in result.parts { _ = isKept(part, &losses) }
      return true
    case .thinking(let thinking): return thinking.signature?.origin == .claude
    case .audio:
      losses.drop(.audio)
      return false
    case .image(let media):
      if let detail = media.detail, detail != "auto" { losses.approximate(.imageDetail) }
      return isKept(media, as: .image, losses: &losses)
    case .document(let media): return isKept(media, as: .document, losses: &losses)
    }
  }

  package static func isKept(_ media: Media, as feature: Feature, losses: inout Losses) -> Bool {
    switch media.source {
    case .url, .text: return true
    case .file: losses.drop(.file)
    case .base64(let data):
      if source(base64: data, media.mediaType, as: feature) != nil { return true }
      losses.drop(feature)
    }
    return false
  }

  /// Bytes as Anthropic takes them: pictures of four kinds, documents as PDF, or the text they are; nil for others.
  package static func source(base64 data: String, _ mediaType: String?, as feature: Feature) -> Media.Source? {
    switch (feature, mediaType) {
    case (.image, "image/png"), (.image, "image/jpeg"), (.image, "image/gif"), (.image, "image/webp"),
      (.document, "application/pdf"):
      return .base64(data)
    case (.document, let type?) where type.hasPrefix("text/"):
      return Base64.decoded(data).flatMap { String(validating: $0, as: UTF8.self) }.map { .text($0) }
    default: return nil
    }
  }
}
