// BedrockBlockReading: content blocks of a request become parts. A block has one member, which says what it is.

import Anthropic
import Conversation
import Hub
import JSON

/// Reads blocks, and keeps what nobody else has a word for.
struct BedrockBlockReading: ClaudeBlockReading {
  var unheard = Unheard()

  /// An array of blocks; nothing where the member is absent.
  ///
  /// - Parameter place: what an agent calls a block there: `messages[].content[]`.
  mutating func parts(
    _ object: inout ObjectReader, _ name: String, in place: String
  ) throws(ShapeFault) -> [Part] {
    var parts: [Part] = []
    for var block in try object.objects(name) ?? [] {
      try unheard.countBlock()
      if let marker = try cachePoint(&block) {
        // It stands behind what is to be kept.
        if let last = parts.indices.last { parts[last].cache = marker }
      } else if let part = try part(&block, in: place + ".") {
        parts.append(part)
      }
      note(block.unread, in: place + ".")
    }
    return parts
  }

  func cachePoint(_ object: inout ObjectReader) throws(ShapeFault) -> CacheMarker? {
    guard var point = try object.object("cachePoint") else { return nil }
    guard let lifetime = try point.string("ttl") else { return CacheMarker() }
    guard let known = CacheMarker.Lifetime(rawValue: lifetime) else { throw point.fault("ttl", "must be 5m or 1h") }
    return CacheMarker(known)
  }

  // MARK: one block

  private mutating func part(_ block: inout ObjectReader, in place: String) throws(ShapeFault) -> Part? {
    if let text = try block.string("text") { return .text(text) }
    if let value = block.value("json") { return .text(value.text) }
    if var image = try block.object("image") {
      return try media(&image, .image, in: place + "image.").map { Part(.image($0)) }
    }
    if var document = try block.object("document") {
      guard var media = try media(&document, .document, in: place + "document.") else { return nil }
      media.title = try document.string("name")
      if var citations = try document.object("citations") {
        media.wantsCitations = try citations.bool("enabled") ?? false
      }
      note(document.unread, in: place + "document.")
      return Part(.document(media))
    }
    if var audio = try block.object("audio") {
      return try media(&audio, .sound, in: place + "audio.").map { Part(.audio($0)) }
    }
    if var use = try block.object("toolUse") {
      let input = use.value("input")
      if let type = try use.string("type") { note([type], in: place + "toolUse.") }
      return Part(
        .toolUse(
          ToolUse(
            id: try use.required("toolUseId"), name: try use.required("name"), arguments: input?.text ?? "{}")))
    }
    if var result = try block.object("toolResult") {
      let id = try result.required("toolUseId")
      let parts = try parts(&result, "content", in: place + "toolResult.content[]")
      let isError = try result.string("status") == "error"
      note(result.unread.filter { $0 != "type" }, in: place + "toolResult.")
      return Part(.toolResult(ToolResult(id: id, parts: parts, isError: isError)))
    }
    if var reasoning = try block.object("reasoningContent") { return try thinking(&reasoning, in: place) }
    if var cited = try block.object("citationsContent") {
      let text = try parts(&cited, "content", in: place + "citationsContent.content[]").map { part in
        if case .text(let text) = part.content { text } else { "" }
      }
      return Part(.text(text.joined()), citations: BedrockCitation.citations(try cited.array("citations")))
    }
    return nil
  }

  private mutating func thinking(_ reasoning: inout ObjectReader, in place: String) throws(ShapeFault) -> Part? {
    if var said = try reasoning.object("reasoningText") {
      return Part(.thinking(Thinking(try said.required("text"), signed: try said.string("signature"))))
    }
    if let data = try reasoning.string("redactedContent") {
      return Part(.thinking(Thinking("", signature: BedrockBlock.signature(redacted: data), isRedacted: true)))
    }
    note(reasoning.unread, in: place + "reasoningContent.")
    return nil
  }

  private mutating func media(
    _ object: inout ObjectReader, _ kind: BedrockFormat.Kind, in place: String
  ) throws(ShapeFault) -> Media? {
    let format = try object.string("format")
    let mediaType = format.flatMap { BedrockFormat.mediaType(of: $0, kind) }
    if format != nil, mediaType == nil { throw object.fault("format", "is not one of Bedrock's") }
    guard var source = try object.object("source") else { throw object.fault("source", "is missing") }
    if let bytes = try source.string("bytes") {
      // Documents may leave it to their bytes what they are; nearly all are of this kind.
      if mediaType == nil, kind != .document { throw object.fault("format", "is missing") }
      return Media(.base64(bytes), mediaType: mediaType ?? "application/pdf")
    }
    if let text = try source.string("text") { return Media(.text(text), mediaType: mediaType ?? "text/plain") }
    if kind == .document, source.value("content") != nil {
      let texts = try parts(&source, "content", in: place + "source.content[]").map { part in
        if case .text(let text) = part.content { text } else { "" }
      }
      return Media(.text(texts.joined(separator: "\n\n")), mediaType: "text/plain")
    }
    note(source.unread, in: place + "source.")
    return nil
  }
}
