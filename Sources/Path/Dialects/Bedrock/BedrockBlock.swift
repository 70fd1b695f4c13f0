// BedrockBlock: parts become content blocks, in requests and in replies.

import Anthropic
import Bytes
import Conversation
import Hub
import JSON

enum BedrockBlock {
  /// Writes the blocks of one part. Parts that `isKept` leaves out must not come here.
  ///
  /// - Parameter marker: what stands behind them.
  static func write(
    _ part: Part, marker: CacheMarker? = nil, documentName: String = "", to json: inout JSONWriter
  ) {
    json.object { json in
      switch part.content {
      case .text(let text), .refusal(let text): writeText(text, part.citations, to: &json)
      case .thinking(let thinking): json.object("reasoningContent") { write(thinking, to: &$0) }
      case .toolUse(let use):
        json.object("toolUse") { json in
          json.member("toolUseId", identifier(use.id))
          json.member("name", use.name)
          json.name("input")
          json.text(ClaudeInput.object(use.arguments))
        }
      case .toolResult(let result):
        json.object("toolResult") { write(result, to: &$0) }
      case .image(let media): write("image", .image, media, to: &json)
      case .audio(let media): write("audio", .sound, media, to: &json)
      case .document(let media): write(media, name: documentName, to: &json)
      }
    }
    write(marker, to: &json)
  }

  /// A block behind what is to be kept.
  static func write(_ cache: CacheMarker?, to json: inout JSONWriter) {
    guard let cache else { return }
    json.object { json in
      json.object("cachePoint") { json in
        json.member("type", "default")
        json.member("ttl", ifGiven: cache.lifetime?.rawValue)
      }
    }
  }

  private static func writeText(_ text: String, _ citations: [Citation], to json: inout JSONWriter) {
    if citations.isEmpty { return json.member("text", text) }
    json.object("citationsContent") { json in
      json.array("content", of: [text]) { json, text in json.object { $0.member("text", text) } }
      json.array("citations", of: citations) { BedrockCitation.write($1, to: &$0) }
    }
  }

  private static func write(_ thinking: Thinking, to json: inout JSONWriter) {
    if thinking.isRedacted {
      json.member("redactedContent", redacted(thinking.signature))
    } else {
      json.object("reasoningText") { json in
        json.member("text", thinking.text)
        json.member("signature", ifGiven: thinking.signature?.shown(native: .claude))
      }
    }
  }

  private static func write(_ result: ToolResult, to json: inout JSONWriter) {
    json.member("toolUseId", identifier(result.id))
    json.name("content")
    json.beginArray()
    var documents = 0
    for part in result.parts where isSaid(part) {
      var part = part
      part.cache = nil
      part.citations = []
      var name = ""
      if case .document(let media) = part.content {
        documents += 1
        name = Self.name(of: media, number: documents)
      }
      write(part, documentName: name, to: &json)
    }
    json.endArray()
    if result.isError { json.member("status", "error") }
  }

  private static func write(
    _ name: StaticString, _ kind: BedrockFormat.Kind, _ media: Media, to json: inout JSONWriter
  ) {
    json.object(name) { json in
      json.member("format", ifGiven: BedrockFormat.format(of: media.mediaType, kind))
      if case .base64(let bytes) = media.source { json.object("source") { $0.member("bytes", bytes) } }
    }
  }

  private static func write(_ media: Media, name: String, to json: inout JSONWriter) {
    json.object("document") { json in
      json.member("name", name)
      switch media.source {
      case .base64(let bytes):
        json.member("format", ifGiven: BedrockFormat.format(of: media.mediaType, .document))
        json.object("source") { $0.member("bytes", bytes) }
      case .text(let text):
        json.member("format", BedrockFormat.format(of: media.mediaType, .document) ?? "txt")
        json.object("source") { $0.member("text", text) }
      case .url, .file: break
      }
      if media.wantsCitations { json.object("citations") { $0.member("enabled", true) } }
    }
  }

  // MARK: names

  /// What a document is called, in the letters that Bedrock allows: no two spaces in a row.
  static func name(of media: Media, number: Int) -> String {
    var name = ""
    for character in (media.title ?? "").prefix(BedrockConverse.Limits.documentNameLengthMax) {
      let isPlain = character.isASCII && (character.isLetter || character.isNumber || "()[]-".contains(character))
      if character.isWhitespace {
        if name.last != " " { name.append(" ") }
      } else {
        name.append(isPlain ? character : "-")
      }
    }
    return name.isBlank ? "document-\(number)" : name
  }

  /// `id` in the letters and the length that all of Bedrock's models allow, the same for a call and its result.
  static func identifier(_ id: String) -> String {
    CallIdentifier.fitting(id, atMost: BedrockConverse.Limits.identifierLengthMax, isPlain: true)
  }

  /// Hidden thinking is bytes to Bedrock, so what another family hid is spelled in base64 once more.
  static func redacted(_ signature: Signature?) -> String {
    guard let signature else { return "" }
    return signature.origin == .claude ? signature.text : Base64.encoded(signature.shown(native: .claude))
  }

  static func signature(redacted data: String) -> Signature {
    let inner = Base64.decoded(data).flatMap { String(validating: $0, as: UTF8.self) }
    if let inner {
      let foreign = Signature(shown: inner, native: .claude)
      if foreign.origin != .claude { return foreign }
    }
    return Signature(data, of: .claude)
  }
}
