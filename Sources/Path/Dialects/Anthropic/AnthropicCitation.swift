// AnthropicCitation: what a text rests on (platform.claude.com/docs/en/build-with-claude/citations).

import Conversation
import Hub
import JSON

enum AnthropicCitation {
  /// What cannot be read is left out: no answer is worth less for it.
  static func citations(_ values: [JSONValue]?) -> [Citation] { (values ?? []).compactMap(citation) }

  static func citation(_ value: JSONValue) -> Citation? {
    guard value.kind == .object else { return nil }
    var citation = Citation()
    citation.text = value["cited_text"]?.string
    citation.title = value["document_title"]?.string ?? value["title"]?.string
    citation.url = value["url"]?.string ?? value["source"]?.string
    citation.document = value["document_index"]?.integer
    return citation
  }

  /// An address is a search's result; all else stands in a document. Places in it that nobody told are 0.
  static func write(_ citation: Citation, to json: inout JSONWriter) {
    json.object { json in
      json.member("cited_text", citation.text ?? "")
      if let url = citation.url {
        json.member("type", "web_search_result_location")
        json.member("url", url)
        json.name("title")
        if let title = citation.title { json.string(title) } else { json.null() }
        json.member("encrypted_index", "")
      } else {
        json.member("type", "char_location")
        json.member("document_index", citation.document ?? 0)
        json.name("document_title")
        if let title = citation.title { json.string(title) } else { json.null() }
        json.member("start_char_index", 0 as Int64)
        json.member("end_char_index", 0 as Int64)
      }
    }
  }
}
