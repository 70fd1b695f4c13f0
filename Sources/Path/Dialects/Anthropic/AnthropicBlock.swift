// AnthropicBlock: parts become content blocks, in requests and in replies.

import Bytes
import Conversation
import Hub
import JSON

package enum AnthropicBlock {
  /// Writes one block. Parts that `isKept` leaves out must not come here.
  package static func write(_ part: Part, to json: inout JSONWriter) {
    json.beginObject()
    switch part.content {
    case .text(let text), .refusal(let text):
      json.member("type", "text")
      json.member("text", text)
    case .thinking(let thinking): write(thinking, to: &json)
    case .toolUse(let use):
      json.member("type", "tool_use")
      json.member("id", identifier(use.id))
      json.member("name", use.name)
      json.name("input")
      json.text(ClaudeInput.object(use.arguments))
    case .toolResult(let result): write(result, to: &json)
    case .image(let media):
      json.member("type", "image")
      json.object("source") { write(media, as: .image, to: &$0) }
    case .document(let media):
      json.member("type", "document")
      json.object("source") { write(media, as: .document, to: &$0) }
      json.member("title", ifGiven: media.title)
      if media.wantsCitations { json.object("citations") { $0.member("enabled", true) } }
    case .audio: json.member("type", "audio")
    }
    write(part.cache, to: &json)
    json.endObject()
  }

  package static func write(_ cache: CacheMarker?, to json: inout JSONWriter) {
    guard let cache else { return }
    json.object("cache_control") { json in
      json.member("type", "ephemeral")
      json.member("ttl", ifGiven: cache.lifetime?.rawValue)
    }
  }

  package static func write(_ thinking: Thinking, to json: inout JSONWriter) {
    let signature = thinking.signature?.shown(native: .claude) ?? ""
    if thinking.isRedacted {
      json.member("type", "redacted_thinking")
      json.member("data", signature)
    } else {
      json.member("type", "thinking")
      json.member("thinking", thinking.text)
      json.member("signature", signature)
    }
  }

  private static func write(_ result: ToolResult, to json: inout JSONWriter) {
    json.member("type", "tool_result")
    json.member("tool_use_id", identifier(result.id))
    let parts = result.parts.filter(isSaid)
    if parts.count == 1, case .text(let text) = parts[0].content, parts[0].cache == nil {
      json.member("content", text)
    } else if !parts.isEmpty {
      json.array("content", of: parts) { write($1, to: &$0) }
    }
    if result.isError { json.member("is_error", true) }
  }

  /// Of what a tool may answer, what Anthropic takes; `isKept` has put down the rest.
  private static func isSaid(_ part: Part) -> Bool {
    switch part.content {
    case .text(let text): !text.isBlank
    case .image(let media): isKept(media, as: .image)
    case .document(let media): isKept(media, as: .document)
    case .audio, .toolUse, .toolResult, .thinking, .refusal: false
    }
  }

  private static func write(_ media: Media, as feature: Feature, to json: inout JSONWriter) {
    var source = media.source
    if case .base64(let data) = source {
      source = self.source(base64: data, media.mediaType, as: feature) ?? source
    }
    switch source {
    case .base64(let data):
      json.member("type", "base64")
      json.member("media_type", media.mediaType ?? "")
      json.member("data", data)
    case .url(let address):
      json.member("type", "url")
      json.member("url", address)
    case .text(let text):
      json.member("type", "text")
      json.member("media_type", "text/plain")
      json.member("data", text)
    case .file(let id):
      json.member("type", "file")
      json.member("file_id", id)
    }
  }

  private static func isKept(_ media: Media, as feature: Feature) -> Bool {
    var unheard = Losses()
    return isKept(media, as: feature, losses: &unheard)
  }

  /// `id` in the letters that Anthropic allows, the same ones for a call and its result.
  package static func identifier(_ id: String) -> String { CallIdentifier.fitting(id, atMost: .max, isPlain: true) }
}
