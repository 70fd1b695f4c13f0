// OutputItem: one item of a reply's output: what the model thought, said or called.

import Bytes
import Conversation
import Hub
import JSON
import OpenAI

/// Each part of an answer is an item of its own.
struct OutputItem {
  let id: String
  var part: Part

  /// nil for what no model answers. `place` is among the items of the reply `reply`.
  init?(_ part: Part, at place: Int, of reply: String) {
    let prefix: String
    switch part.content {
    case .text, .refusal: prefix = "msg"
    case .thinking: prefix = "rs"
    case .toolUse: prefix = "fc"
    case .image: prefix = "ig"
    case .document, .audio, .toolResult: return nil
    }
    var id = "\(prefix)_\(reply)_\(place)"
    if case .thinking(let thinking) = part.content, let signature = thinking.signature,
      let own = ReasoningSignature.fields(of: signature, isRedacted: false).id
    {
      id = own
    }
    self.id = id
    self.part = part
  }

  /// - Parameter isDone: it is whole; else it begins, and holds nothing yet.
  func text(isDone: Bool) -> ByteSlice {
    var writer = JSONWriter(minimumCapacity: 256)
    switch part.content {
    case .thinking(let thinking):
      let shown = isDone ? thinking : Thinking("")
      OpenAIResponses.write(shown, isDone ? thinking.signature : nil, id: id, to: &writer)
    case .toolUse(let use):
      writer.object { item in
        item.member("type", "function_call")
        item.member("id", id)
        item.member("call_id", use.id)
        item.member("name", use.name)
        item.member("arguments", isDone ? use.arguments : "")
        item.member("status", isDone ? "completed" : "in_progress")
      }
    case .image:
      writer.object { item in
        item.member("type", "image_generation_call")
        item.member("id", id)
        item.member("status", isDone ? "completed" : "in_progress")
        item.name("result")
        if isDone, let data = part.made?.bytes?.base64 { item.string(data) } else { item.null() }
      }
    case .text, .refusal, .document, .audio, .toolResult:
      writer.object { item in
        item.member("type", "message")
        item.member("id", id)
        item.member("role", "assistant")
        item.member("status", isDone ? "completed" : "in_progress")
        item.name("content")
        item.beginArray()
        if isDone { write(content: part, to: &item) }
        item.endArray()
      }
    }
    return writer.take()
  }

  /// `output_text` or `refusal`.
  func write(content: Part, to writer: inout JSONWriter) {
    writer.object { part in
      if case .refusal(let text) = content.content {
        part.member("type", "refusal")
        part.member("refusal", text)
      } else if case .text(let text) = content.content {
        part.member("type", "output_text")
        part.member("text", text)
        part.name("annotations")
        part.beginArray()
        let length = Int64(text.unicodeScalars.count)
        for citation in content.citations { OpenAIResponses.write(citation, length: length, to: &part) }
        part.endArray()
      }
    }
  }
}

extension OpenAIResponses {
  /// A citation with an address; others have no form here.
  static func write(_ citation: Citation, length: Int64, to writer: inout JSONWriter) {
    guard let url = citation.url else { return }
    writer.object {
      $0.member("type", "url_citation")
      $0.member("start_index", citation.start ?? 0)
      $0.member("end_index", citation.end ?? length)
      $0.member("title", citation.title ?? "")
      $0.member("url", url)
    }
  }
}
