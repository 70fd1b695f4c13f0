// BedrockCitation: what a text rests on (API_runtime_Citation.html).

import Anthropic
import Conversation
import Hub
import JSON

enum BedrockCitation {
  /// What cannot be read is left out: no answer is worth less for it.
  static func citations(_ values: [JSONValue]?) -> [Citation] { (values ?? []).compactMap(citation) }

  static func citation(_ value: JSONValue) -> Citation? {
    guard value.kind == .object else { return nil }
    var citation = Citation()
    let texts = (value["sourceContent"]?.elements ?? []).compactMap { $0["text"]?.string }
    citation.text = texts.isEmpty ? nil : texts.joined()
    citation.title = value["title"]?.string
    let location = value["location"]
    citation.url = location?["web"]?["url"]?.string
    for kind in ["documentChar", "documentPage", "documentChunk"] {
      citation.document = citation.document ?? location?[kind]?["documentIndex"]?.integer
    }
    return citation
  }

  static func write(_ citation: Citation, to json: inout JSONWriter) {
    json.object { json in
      json.member("title", ifGiven: citation.title)
      if let text = citation.text {
        json.array("sourceContent", of: [text]) { json, text in json.object { $0.member("text", text) } }
      }
      if let url = citation.url {
        json.object("location") { json in json.object("web") { $0.member("url", url) } }
      } else if let document = citation.document {
        json.object("location") { json in json.object("documentChar") { $0.member("documentIndex", document) } }
      }
    }
  }
}
