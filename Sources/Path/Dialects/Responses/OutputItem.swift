// OutputItem: one item of a reply's output: what the model thought, said or called.

import Bytes
import Conversation
import Hub
import JSON
import OpenAI

/// The tools of a conversation that an agent does not know as functions of its own, by their names upstream.
struct SpecialTools {
  private let tools: [Tool]
  /// Where each is, by its name upstream.
  private var places: [String: Int] = [:]

  init(of conversation: Conversation) {
    tools = conversation.tools
    for (place, tool) in tools.enumerated() where tool.form != .function || tool.membership != nil {
      places[tool.name] = place
    }
  }

  subscript(name: String) -> Tool? { places[name].map { tools[$0] } }
}

/// Each part of an answer is an item of its own.
struct OutputItem {
  let id: String
  var part: Part
  /// What was called, where it is no function to the agent, or one of a namespace.
  let tool: Tool?

  /// nil for what no model answers. `place` is among the items of the reply `reply`.
  init?(_ part: Part, at place: Int, of reply: String, tools: SpecialTools) {
    let prefix: String
    var tool: Tool?
    switch part.content {
    case .text, .refusal: prefix = "msg"
    case .thinking: prefix = "rs"
    case .toolUse(let use):
      tool = tools[use.name]
      prefix =
        switch tool?.form ?? .function {
        case .function: "fc"
        case .custom: "ctc"
        case .toolSearch: "tsc"
        case .localShell: "lsh"
        }
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
    self.tool = tool
  }

  /// Its arguments grow as those of functions do.
  var isFunction: Bool { tool?.form ?? .function == .function }

  /// - Parameter isDone: it is whole; else it begins, and holds nothing yet.
  func text(isDone: Bool) -> ByteSlice {
    var writer = JSONWriter(minimumCapacity: 256)
    switch part.content {
    case .thinking(let thinking):
      let shown = isDone ? thinking : Thinking("")
      OpenAIResponses.write(shown, isDone ? thinking.signature : nil, id: id, to: &writer)
    case .toolUse(let use):
      writer.object { item in
        item.member("id", id)
        item.member("call_id", use.id)
        item.member("status", isDone ? "completed" : "in_progress")
        write(use, isDone, to: &item)
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

  private func write(_ use: ToolUse, _ isDone: Bool, to item: inout JSONWriter) {
    switch tool?.form ?? .function {
    case .function:
      item.member("type", "function_call")
      item.member("arguments", isDone ? use.arguments : "")
    case .custom:
      item.member("type", "custom_tool_call")
      item.member("input", isDone ? CustomInput.text(of: use.arguments) : "")
    case .toolSearch:
      item.member("type", "tool_search_call")
      item.member("execution", "client")
      item.member("arguments", isDone ? (try? JSONValue.parse(use.arguments.utf8.span)) ?? [:] : [:])
      return
    case .localShell:
      item.member("type", "local_shell_call")
      item.member("action", LocalShell.action(isDone ? use.arguments : "{}"))
      return
    }
    item.member("name", tool?.membership?.name ?? use.name)
    item.member("namespace", ifGiven: tool?.membership?.namespace)
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
