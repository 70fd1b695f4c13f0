// OpenAIResponsesWriter: a reply as an agent gets it in events (`ResponseStreamEvent` of OpenAI's SDK).

import Bytes
import Conversation
import Exchange
import Hub
import JSON
import OpenAI

extension OpenAIResponses {
  public static func writer(for conversation: Conversation) -> any AnswerWriter {
    SequentialWriter(OpenAIResponsesWriter(for: conversation))
  }
}

/// Every part is an item that begins, grows and is repeated whole when it is done; all are repeated at the end, so that the
/// whole reply is remembered. One item is open at a time: `SequentialWriter` sees to it.
struct OpenAIResponsesWriter: AnswerWriter {
  /// What every event about an item says.
  private struct Head {
    let id: String
    let index: Int64
    let start: PartStart
  }

  private struct Growing {
    let head: Head
    var item: OutputItem
    /// What it has grown by: put together once, when it is done.
    var pieces: [String] = []
    var signature: Signature?
    var citations: [Citation] = []
    var characters: Int64 = 0
  }

  private let asked: JSONValue?
  private let tools: SpecialTools
  private var frame: ResponseFrame
  private var id = ""
  private var sequence: Int64 = 0
  private var growing: Growing?
  /// By their place in the output.
  private var items: [ByteSlice] = []

  init(for conversation: Conversation) {
    asked = conversation.asked
    tools = SpecialTools(of: conversation)
    frame = ResponseFrame(AnswerStart(id: "", model: ""), asked: asked)
  }

  mutating func write(_ event: AnswerEvent, to buffer: inout ByteBuffer) {
    switch event {
    case .began(let start):
      id = start.id
      frame = ResponseFrame(start, asked: asked)
      appendFrame("response.created", .inProgress, &buffer)
      appendFrame("response.in_progress", .inProgress, &buffer)
    case .partBegan(let start, _): begin(start, &buffer)
    case .partGrew(let growth, _): grow(growth, &buffer)
    case .partEnded: end(&buffer)
    case .choiceFinished(let reason, _, let choice): if choice == 0 { frame.finish = reason }
    case .usageReported(let usage): frame.usage = usage
    case .ended:
      let isWhole = frame.finish != .length && frame.finish != .contentFilter
      appendFrame(isWhole ? "response.completed" : "response.incomplete", .done, &buffer)
    case .failed(let fault): fail(fault, &buffer)
    case .idled: EventFrame.appendIdle(to: &buffer)
    }
  }

  // MARK: parts

  private mutating func begin(_ start: PartStart, _ buffer: inout ByteBuffer) {
    var signature: Signature?
    let part: Part
    switch start {
    case .text: part = .text("")
    case .refusal: part = Part(.refusal(""))
    case .thinking: part = Part(.thinking(Thinking("")))
    case .redactedThinking(let data): part = Part(.thinking(Thinking("", signature: data, isRedacted: true)))
    case .toolUse(let id, let name, let own):
      signature = own
      var use = ToolUse(id: id, name: name, arguments: "")
      use.arguments = ""
      part = Part(.toolUse(use))
    case .media(let media):
      guard OpenAIResponses.holds(media) else { return }
      part = media.part
    }
    // A signed call is preceded by an item that carries its signature.
    if let signature, let carrier = OutputItem(.carrier(of: signature), at: items.count, of: id, tools: tools) {
      let index = add(carrier, &buffer)
      finish(carrier, index, &buffer)
    }
    guard let item = OutputItem(part, at: items.count, of: id, tools: tools) else { return }
    let head = Head(id: item.id, index: add(item, &buffer), start: start)
    growing = Growing(head: head, item: item)
    switch start {
    case .text, .refusal: appendContent("response.content_part.added", head, item, &buffer)
    case .media: append("response.image_generation_call.in_progress", head, &buffer) { _ in }
    case .thinking, .redactedThinking, .toolUse: break
    }
  }

  private mutating func grow(_ growth: PartGrowth, _ buffer: inout ByteBuffer) {
    guard let head = growing?.head else { return }
    switch (growth, head.start) {
    case (.text(let more), .text):
      growing?.pieces.append(more)
      growing?.characters += Int64(more.unicodeScalars.count)
      append("response.output_text.delta", head, contentIndex: true, &buffer) {
        $0.member("delta", more)
        $0.name("logprobs")
        $0.beginArray()
        $0.endArray()
      }
    case (.text(let more), .refusal):
      growing?.pieces.append(more)
      append("response.refusal.delta", head, contentIndex: true, &buffer) { $0.member("delta", more) }
    case (.text(let more), .thinking):
      if growing?.pieces.isEmpty == true {
        appendSummary("response.reasoning_summary_part.added", head, "", &buffer)
      }
      growing?.pieces.append(more)
      append("response.reasoning_summary_text.delta", head, &buffer) {
        $0.member("summary_index", 0 as Int64)
        $0.member("delta", more)
      }
    case (.arguments(let more), .toolUse):
      growing?.pieces.append(more)
      guard growing?.item.isFunction == true else { return }
      append("response.function_call_arguments.delta", head, &buffer) { $0.member("delta", more) }
    case (.signature(let signature), _): growing?.signature = signature
    case (.citation(let citation), .text): cite(citation, head, &buffer)
    // Probabilities belong to the delta before, which is gone.
    default: break
    }
  }

  private mutating func cite(_ citation: Citation, _ head: Head, _ buffer: inout ByteBuffer) {
    guard citation.url != nil, let count = growing?.citations.count else { return }
    growing?.citations.append(citation)
    let length = growing?.characters ?? 0
    append("response.output_text.annotation.added", head, contentIndex: true, &buffer) {
      $0.member("annotation_index", Int64(count))
      $0.name("annotation")
      OpenAIResponses.write(citation, length: length, to: &$0)
    }
  }

  private mutating func end(_ buffer: inout ByteBuffer) {
    guard var part = growing else { return }
    growing = nil
    let head = part.head
    let text = part.pieces.joined()
    switch part.item.part.content {
    case .text:
      part.item.part = Part(.text(text), citations: part.citations)
      append("response.output_text.done", head, contentIndex: true, &buffer) {
        $0.member("text", text)
        $0.name("logprobs")
        $0.beginArray()
        $0.endArray()
      }
      appendContent("response.content_part.done", head, part.item, &buffer)
    case .refusal:
      part.item.part.content = .refusal(text)
      append("response.refusal.done", head, contentIndex: true, &buffer) { $0.member("refusal", text) }
      appendContent("response.content_part.done", head, part.item, &buffer)
    case .thinking(var thinking):
      thinking.text = text
      thinking.signature = part.signature ?? thinking.signature
      part.item.part.content = .thinking(thinking)
      if !part.pieces.isEmpty {
        append("response.reasoning_summary_text.done", head, &buffer) {
          $0.member("summary_index", 0 as Int64)
          $0.member("text", text)
        }
        appendSummary("response.reasoning_summary_part.done", head, text, &buffer)
      }
    case .toolUse(let use):
      let whole = ToolUse(id: use.id, name: use.name, arguments: text)
      part.item.part.content = .toolUse(whole)
      tell(whole, as: part.item, head, &buffer)
    case .image: append("response.image_generation_call.completed", head, &buffer) { _ in }
    case .document, .audio, .toolResult: return
    }
    finish(part.item, head.index, &buffer)
  }

  /// The end of a call. What is no function's comes whole: it stood inside of JSON until now.
  private mutating func tell(_ use: ToolUse, as item: OutputItem, _ head: Head, _ buffer: inout ByteBuffer) {
    if item.isFunction {
      append("response.function_call_arguments.done", head, &buffer) {
        $0.member("name", item.tool?.membership?.name ?? use.name)
        $0.member("arguments", use.arguments)
      }
    } else if item.tool?.form == .custom {
      let input = CustomInput.text(of: use.arguments)
      append("response.custom_tool_call_input.delta", head, &buffer) { $0.member("delta", input) }
      append("response.custom_tool_call_input.done", head, &buffer) { $0.member("input", input) }
    }
  }

  // MARK: events

  /// Begins an item; its place in the output.
  private mutating func add(_ item: OutputItem, _ buffer: inout ByteBuffer) -> Int64 {
    let index = Int64(items.count)
    let text = item.text(isDone: false)
    items.append(text)
    append("response.output_item.added", &buffer) {
      $0.member("output_index", index)
      $0.name("item")
      $0.text(text)
    }
    return index
  }

  private mutating func finish(_ item: OutputItem, _ index: Int64, _ buffer: inout ByteBuffer) {
    let text = item.text(isDone: true)
    items[Int(index)] = text
    append("response.output_item.done", &buffer) {
      $0.member("output_index", index)
      $0.name("item")
      $0.text(text)
    }
  }

  private mutating func appendContent(
    _ type: StaticString, _ head: Head, _ item: OutputItem, _ buffer: inout ByteBuffer
  ) {
    append(type, head, contentIndex: true, &buffer) {
      $0.name("part")
      item.write(content: item.part, to: &$0)
    }
  }

  private mutating func appendSummary(
    _ type: StaticString, _ head: Head, _ text: String, _ buffer: inout ByteBuffer
  ) {
    append(type, head, &buffer) {
      $0.member("summary_index", 0 as Int64)
      $0.object("part") {
        $0.member("type", "summary_text")
        $0.member("text", text)
      }
    }
  }

  private mutating func appendFrame(_ type: StaticString, _ state: ResponseFrame.State, _ buffer: inout ByteBuffer) {
    let response = frame.text(state, state.isDone ? items : [])
    append(type, &buffer) {
      $0.name("response")
      $0.text(response)
    }
  }

  /// The terminal event of a response that did not come to its end: nothing follows it.
  private mutating func fail(_ fault: Fault, _ buffer: inout ByteBuffer) {
    appendFrame("response.failed", .failed(fault), &buffer)
  }

  private mutating func append(
    _ type: StaticString, _ head: Head, contentIndex: Bool = false, _ buffer: inout ByteBuffer,
    _ members: (inout JSONWriter) -> Void
  ) {
    append(type, &buffer) {
      $0.member("item_id", head.id)
      $0.member("output_index", head.index)
      if contentIndex { $0.member("content_index", 0 as Int64) }
      members(&$0)
    }
  }

  private mutating func append(
    _ type: StaticString, _ buffer: inout ByteBuffer, _ members: (inout JSONWriter) -> Void
  ) {
    EventFrame.begin(type, in: &buffer)
    buffer.append("{\"type\":\"")
    buffer.append(type)
    buffer.append("\",\"sequence_number\":")
    buffer.append(decimal: Int(sequence))
    sequence += 1
    var writer = JSONWriter(minimumCapacity: 256)
    writer.object(members)
    let text = writer.take()
    // The members continue the object that was begun.
    if text.count > 2 {
      buffer.append(",")
      buffer.append(text.dropFirst(1))
    } else {
      buffer.append("}")
    }
    EventFrame.end(in: &buffer)
  }
}
