// AnthropicBlockReading: content blocks of a request become parts.

import Conversation
import Hub
import JSON

/// Reads blocks, and keeps what nobody else has a word for.
package struct AnthropicBlockReading: ClaudeBlockReading {
  package var unheard = Unheard()

  /// A text, or an array of blocks; nothing where the member is absent.
  ///
  /// - Parameter place: what an agent calls a block there: `messages[].content[]`.
  package mutating func parts(
    _ object: inout ObjectReader, _ name: String, in place: String
  ) throws(ShapeFault) -> [Part] {
    guard let value = object.value(name) else { return [] }
    if let text = value.string { return [.text(text)] }
    guard value.kind == .array else { throw object.fault(name, "must be a string or an array") }
    var parts: [Part] = []
    for var block in try object.objects(name) ?? [] {
      try unheard.countBlock()
      if let part = try part(&block, in: place + ".") { parts.append(part) }
    }
    return parts
  }

  package mutating func cacheMarker(_ object: inout ObjectReader) throws(ShapeFault) -> CacheMarker? {
    guard var marker = try object.object("cache_control") else { return nil }
    guard try marker.required("type") == "ephemeral" else { throw marker.fault("type", "must be ephemeral") }
    guard let lifetime = try marker.string("ttl") else { return CacheMarker() }
    guard let known = CacheMarker.Lifetime(rawValue: lifetime) else { throw marker.fault("ttl", "must be 5m or 1h") }
    return CacheMarker(known)
  }

  // MARK: one block

  private mutating func part(_ block: inout ObjectReader, in place: String) throws(ShapeFault) -> Part? {
    let content: Part.Content
    var citations: [Citation] = []
    switch try block.required("type") {
    case "text":
      content = .text(try block.required("text"))
      citations = AnthropicCitation.citations(try block.array("citations"))
    case "image":
      guard var source = try block.object("source") else { throw block.fault("source", "is missing") }
      guard let image = try media(&source, in: place + "source.") else { return nil }
      content = .image(image)
    case "document":
      guard let document = try document(&block, in: place) else { return nil }
      content = .document(document)
    case "tool_use": content = .toolUse(try toolUse(&block, in: place))
    case "tool_result":
      let id = try block.required("tool_use_id")
      let parts = try parts(&block, "content", in: place + "content[]")
      content = .toolResult(ToolResult(id: id, parts: parts, isError: try block.bool("is_error") ?? false))
    case "thinking":
      content = .thinking(Thinking(try block.required("thinking"), signed: try block.string("signature")))
    case "redacted_thinking":
      let data = Signature(shown: try block.required("data"), native: .claude)
      content = .thinking(Thinking("", signature: data, isRedacted: true))
    // A tool that the agent found for the model; all are offered from the start.
    case "tool_reference": content = .text(try block.required("tool_name"))
    // The provider's own search among tools.
    case "server_tool_use" where try block.string("name")?.hasPrefix("tool_search_tool") == true:
      note(["tool_search_tool_result"], in: place)
      return nil
    case let type:
      note([type], in: place)
      return nil
    }
    let cache = try cacheMarker(&block)
    note(block.unread, in: place)
    return Part(content, cache: cache, citations: citations)
  }

  private mutating func toolUse(_ block: inout ObjectReader, in place: String) throws(ShapeFault) -> ToolUse {
    if var caller = try block.object("caller"), try caller.string("type") != "direct" { note(["caller"], in: place) }
    let input = try block.object("input")?.value
    return ToolUse(
      id: try block.required("id"), name: try block.required("name"),
      arguments: input?.text ?? "{}")
  }

  private mutating func document(_ block: inout ObjectReader, in place: String) throws(ShapeFault) -> Media? {
    guard var source = try block.object("source") else { throw block.fault("source", "is missing") }
    guard var document = try media(&source, in: place + "document.source.") else { return nil }
    document.title = try block.string("title")
    if var citations = try block.object("citations") {
      document.wantsCitations = try citations.bool("enabled") ?? false
    }
    return document
  }

  private mutating func media(_ source: inout ObjectReader, in place: String) throws(ShapeFault) -> Media? {
    let media: Media
    switch try source.required("type") {
    case "base64":
      media = Media(.base64(try source.required("data")), mediaType: try source.required("media_type"))
    case "url": media = Media(.url(try source.required("url")))
    case "text":
      media = Media(.text(try source.required("data")), mediaType: try source.string("media_type") ?? "text/plain")
    case "content":
      // Blocks of text are one text; pictures among them nobody else can say.
      let parts = try parts(&source, "content", in: place + "content[]")
      var texts: [String] = []
      for part in parts {
        guard case .text(let text) = part.content else {
          note(["content"], in: place)
          return nil
        }
        texts.append(text)
      }
      media = Media(.text(texts.joined(separator: "\n\n")), mediaType: "text/plain")
    case "file": media = Media(.file(try source.required("file_id")))
    case let type:
      note([type], in: place)
      return nil
    }
    note(source.unread, in: place)
    return media
  }
}
