// OpenAIChat+Parts: the parts of a message's content, as agents and providers write them.

import Conversation
import Hub
import JSON

extension OpenAIChat {
  /// One part of a content array; nil for a type nobody knows.
  static func content(_ part: inout ObjectReader, _ type: String) throws(ShapeFault) -> Part.Content? {
    switch type {
    case "text": return .text(try part.required("text"))
    case "refusal": return .refusal(try part.required("refusal"))
    case "thinking": return .thinking(Thinking(try thought(&part)))
    case "image_url": return .image(try image(&part))
    case "input_audio": return .audio(try audio(&part))
    case "file": return .document(try file(&part))
    default: return nil
    }
  }

  /// Mistral's: a text, or an array of texts (docs.mistral.ai/capabilities/reasoning).
  private static func thought(_ part: inout ObjectReader) throws(ShapeFault) -> String {
    _ = part.value("closed")
    guard let thinking = part.value("thinking") else { return "" }
    if let text = thinking.string { return text }
    var text = ""
    for var piece in try part.objects("thinking") ?? [] { text += try piece.string("text") ?? "" }
    return text
  }

  private static func image(_ part: inout ObjectReader) throws(ShapeFault) -> Media {
    // Mistral takes the address alone.
    var detail: String?
    let address: String
    let path: String
    if let text = part.value("image_url")?.string {
      address = text
      path = part.path(to: "image_url")
    } else {
      guard var image = try part.object("image_url") else { throw part.fault("image_url", "is missing") }
      address = try image.required("url")
      path = image.path(to: "url")
      // The usual word is as good as none.
      detail = try image.string("detail").flatMap { $0 == "auto" ? nil : $0 }
    }
    guard let (source, mediaType) = Media.Source.address(address) else {
      throw ShapeFault(path: path, problem: "must be an address or data in base64")
    }
    return Media(source, mediaType: mediaType, detail: detail)
  }

  private static func audio(_ part: inout ObjectReader) throws(ShapeFault) -> Media {
    guard var audio = try part.object("input_audio") else { throw part.fault("input_audio", "is missing") }
    let format = try audio.required("format")
    return Media(.base64(try audio.required("data")), mediaType: format == "mp3" ? "audio/mpeg" : "audio/\(format)")
  }

  private static func file(_ part: inout ObjectReader) throws(ShapeFault) -> Media {
    guard var file = try part.object("file") else { throw part.fault("file", "is missing") }
    let title = try file.string("filename")
    let id = try file.string("file_id")
    guard let data = try file.string("file_data") else {
      guard let id else { throw file.fault("file_data", "is missing, and so is file_id") }
      return Media(.file(id), title: title)
    }
    return try document(data, title: title, at: file.path(to: "file_data"))
  }

  /// Data as an address, as documented, or bare, as some send it; PDF is what OpenAI takes. An address of the web's is one
  /// all the same.
  package static func document(_ data: String, title: String?, at path: String) throws(ShapeFault) -> Media {
    if data.hasPrefix("https://") || data.hasPrefix("http://") { return Media(.url(data), title: title) }
    if !DataAddress.isData(data) { return Media(.base64(data), mediaType: "application/pdf", title: title) }
    guard let address = DataAddress(data) else { throw ShapeFault(path: path, problem: "must be data in base64") }
    return Media(.base64(address.base64), mediaType: address.mediaType ?? "application/pdf", title: title)
  }

  // MARK: what stands beside the content

  /// `extra_content.google.thought_signature` of a call.
  static func signature(of call: inout ObjectReader) throws(ShapeFault) -> Signature? {
    guard var extra = try call.object("extra_content"), var google = try extra.object("google"),
      let text = try google.string("thought_signature"), !text.isEmpty
    else { return nil }
    return Signature(shown: text, native: .gemini)
  }

  /// `annotations` with addresses; nil where there are none.
  static func citations(of message: inout ObjectReader) throws(ShapeFault) -> [Citation]? {
    guard let annotations = try message.objects("annotations") else { return nil }
    var citations: [Citation] = []
    for var annotation in annotations {
      guard var cited = try annotation.object("url_citation") else { continue }
      var citation = Citation()
      citation.url = try cited.string("url")
      citation.title = try cited.string("title").flatMap { $0.isEmpty ? nil : $0 }
      citation.start = try cited.integer("start_index")
      citation.end = try cited.integer("end_index")
      citations.append(citation)
    }
    return citations.isEmpty ? nil : citations
  }
}
