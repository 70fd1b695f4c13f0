// GeminiCitations: where a candidate says its text comes from.

import Conversation
import Hub
import JSON

enum GeminiCitations {
  /// `citationMetadata`, whose list Vertex AI calls `citations`, and the pages of `groundingMetadata`. Places are
  /// counted in bytes.
  static func read(_ candidate: JSONValue, at path: String) throws(ShapeFault) -> [Citation] {
    var citations: [Citation] = []
    if let metadata = try candidate.object("citationMetadata", in: path) {
      let here = path + ".citationMetadata"
      var sources = try metadata.objects("citationSources", in: here)
      if sources == nil { sources = try metadata.objects("citations", in: here) }
      for (index, source) in (sources ?? []).enumerated() {
        citations.append(try citation(source, at: "\(here).citationSources[\(index)]"))
      }
    }
    if let metadata = try candidate.object("groundingMetadata", in: path) {
      citations += try grounding(metadata, at: path + ".groundingMetadata")
    }
    return citations
  }

  private static func citation(_ source: JSONValue, at path: String) throws(ShapeFault) -> Citation {
    var citation = Citation()
    citation.url = try source.string("uri", in: path)
    citation.title = try source.string("title", in: path)
    citation.start = try source.integer("startIndex", in: path)
    citation.end = try source.integer("endIndex", in: path)
    return citation
  }

  private static func grounding(_ metadata: JSONValue, at path: String) throws(ShapeFault) -> [Citation] {
    let chunks = try metadata.objects("groundingChunks", in: path) ?? []
    var citations: [Citation] = []
    for (index, support) in (try metadata.objects("groundingSupports", in: path) ?? []).enumerated() {
      let here = "\(path).groundingSupports[\(index)]"
      let segment = try support.object("segment", in: here)
      for place in try support.array("groundingChunkIndices", in: here) ?? [] {
        guard let place = place.integer, chunks.indices.contains(Int(clamping: place)),
          let page = chunks[Int(clamping: place)].given("web")
        else { continue }
        var citation = try citation(segment ?? [:], at: here + ".segment")
        citation.text = try segment?.string("text", in: here + ".segment")
        citation.url = page["uri"]?.string
        citation.title = page["title"]?.string
        citations.append(citation)
      }
    }
    return citations
  }

  /// Writes `citationMetadata` for all of a candidate's texts; nothing for what has neither a page nor a title.
  static func write(_ parts: [Part], to json: inout JSONWriter) {
    var start: Int64 = 0
    var isOpen = false
    for part in parts {
      guard case .text(let text) = part.content else { continue }
      for citation in part.citations where citation.url != nil || citation.title != nil {
        if !isOpen {
          json.name("citationMetadata")
          json.beginObject()
          json.name("citationSources")
          json.beginArray()
          isOpen = true
        }
        json.object { json in
          json.member("startIndex", ifGiven: citation.start.map { start + text.bytes(inCharacters: $0) })
          json.member("endIndex", ifGiven: citation.end.map { start + text.bytes(inCharacters: $0) })
          json.member("uri", ifGiven: citation.url)
          json.member("title", ifGiven: citation.title)
        }
      }
      start += Int64(text.utf8.count)
    }
    if isOpen {
      json.endArray()
      json.endObject()
    }
  }
}

extension String {
  /// How many characters (Unicode scalars) the first `count` bytes of UTF-8 hold.
  func characters(inBytes count: Int64) -> Int64 {
    Int64(utf8.prefix(Int(clamping: Swift.max(0, count))).count { $0 & 0xC0 != 0x80 })
  }

  /// How many bytes of UTF-8 the first `count` characters (Unicode scalars) take.
  func bytes(inCharacters count: Int64) -> Int64 {
    Int64(unicodeScalars.prefix(Int(clamping: Swift.max(0, count))).reduce(0) { $0 + UTF8.width($1) })
  }
}
