// CohereDocument: a document, which is an object of whatever members, and the hub's.

import Conversation
import Hub
import JSON

/// `{"id": ..., "data": {"title": ..., "text": ...}}`, or a text alone.
enum CohereDocument {
  /// What identifiers begin with that Cohere gives to documents without one (docs.cohere.com/docs/rag-citations).
  static let idPrefix = "doc:"

  static func media(of document: JSONValue, at path: String) throws(ShapeFault) -> Media {
    if let text = document.string { return Media(.text(text), mediaType: "text/plain") }
    guard document.kind == .object else { throw ShapeFault(path: path, problem: "must be a string or an object") }
    if let text = document.given("data")?.string { return Media(.text(text), mediaType: "text/plain") }
    guard let data = try document.object("data", in: path) else {
      throw ShapeFault(path: path + ".data", problem: "is missing")
    }
    let title = data["title"]?.string
    if let text = data["text"]?.string, data.count == (title == nil ? 1 : 2) {
      return Media(.text(text), mediaType: "text/plain", title: title)
    }
    return Media(.text(data.text), mediaType: "application/json", title: title)
  }

  /// Writes the document's `data` member; `text` is its plain text.
  static func writeData(_ text: String, of media: Media, to json: inout JSONWriter) {
    if media.mediaType == "application/json", let data = try? JSONValue.parse(text.utf8.span), data.kind == .object {
      return json.member("data", data)
    }
    json.object("data") { json in
      json.member("title", ifGiven: media.title)
      json.member("text", text)
    }
  }
}
