// CohereCitations: which sources a text rests on (docs.cohere.com/docs/rag-citations).

import Conversation
import Hub
import JSON

enum CohereCitations {
  /// One for each source; one where there is none. Places are counted in characters of the text.
  static func read(_ citation: JSONValue, at path: String) throws(ShapeFault) -> [Citation] {
    var common = Citation()
    common.text = try citation.string("text", in: path)
    common.start = try citation.integer("start", in: path)
    common.end = try citation.integer("end", in: path)
    var citations: [Citation] = []
    for (index, source) in (try citation.objects("sources", in: path) ?? []).enumerated() {
      let here = "\(path).sources[\(index)]"
      var found = common
      if let id = try source.string("id", in: here), id.hasPrefix(CohereDocument.idPrefix) {
        found.document = Int64(id.dropFirst(CohereDocument.idPrefix.count))
      }
      let data = try source.object("document", in: here)
      found.title = data?["title"]?.string
      found.url = data?["url"]?.string
      citations.append(found)
    }
    return citations.isEmpty ? [common] : citations
  }

  /// Writes one citation's members.
  static func write(_ citation: Citation, to json: inout JSONWriter) {
    json.member("start", ifGiven: citation.start)
    json.member("end", ifGiven: citation.end)
    json.member("text", ifGiven: citation.text)
    json.name("sources")
    json.beginArray()
    if citation.document != nil || citation.title != nil || citation.url != nil {
      json.object { json in
        json.member("type", "document")
        json.member("id", ifGiven: citation.document.map { CohereDocument.idPrefix + String($0) })
        json.object("document") { json in
          json.member("title", ifGiven: citation.title)
          json.member("url", ifGiven: citation.url)
        }
      }
    }
    json.endArray()
    json.member("type", "TEXT_CONTENT")
  }
}
