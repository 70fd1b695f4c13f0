// OpenAIResponsesWriter: a reply as an agent gets it in events (`ResponseStreamEvent` of OpenAI's SDK).

import Bytes
import Conversation
import Exchange
import JSON

extension OpenAIResponses {
  public static func writer(for conversation: Conversation) -> any AnswerWriter {
    OpenAIResponsesWriter(for: conversation)
  }
}

/// Every part is an item that begins, grows and is repeated whole when it is done; all are repeated at the end, so that the
/// whole reply is remembered.
struct OpenAIResponsesWriter: AnswerWriter {
  private struct Growing {
    var item: OutputItem
    let index: Int64
    var hasSummary = false
    var citations: Int64 = 0
  }

  private let conversation: Conversation
  private var frame: ResponseFrame
  private var id = ""
  private var sequence: Int64 = 0
  private var growing: [PartPlace: Growing] = [:]
  /// By their place in the output.
  private var items: [ByteSlice] = []

  init(for conversation: Conversation) {
    self.conversation = conversation
    frame = ResponseFrame(AnswerStart(id: "", model: ""), to: conversation)
  }

  mutating func write(_ event: AnswerEvent, to buffer: inout ByteBuffer) {
    switch event {
    case .began(let start):
      id = start.id
      frame = ResponseFrame(start, to: conversation)
      appendFrame("response.created", .inProgress, &buffer)
      appendFrame("response.in_progress", .inProgress, &buffer)
    case .partBegan(let start, let place):
      if place.choice == 0 { begin(start, at: place, &buffer) }
    case .partGrew(let growth, let place): grow(growth, at: place, &buffer)
    case .partEnded(let place): end(place, &buffer)
    case .choiceFinished(let reason, _, let choice): if choice == 0 { frame.finish = reason }
    case .usageReported(let usage): frame.usage = usage
    case .ended:
      let isWhole = frame.finish != .length && frame.finish != .contentFilter
      appendFrame(isWhole ? "response.completed" : "response.incomplete", .done, &buffer)
    case .failed(let fault): fail(fault, &buffer)
    case .idled: buffer.append(": \n\n")
    }
  }

  // MARK: parts

  private mutating func begin(_ start: PartStart, at place: PartPlace, _ buffer: inout ByteBuffer) {
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
    }
    // A signed call is preceded by an item that carries its signature.
    if let signature, let carrier = OutputItem(.carrier(of: signature), at: items.count, of: id) {
      let index = add(carrier, &buffer)
      finish(carrier, index, &buffer)
    }
    guard let item = OutputItem(part, at: items.count, of: id) else { return }
    let index = add(item, &buffer)
    growing[place] = Growing(item: item, index: index)
    if case .text = part.content { appendContent("response.content_part.added", growing[place]!, &buffer) }
    if case .refusal = part.content { appendContent("response.content_part.added", growing[place]!, &buffer) }
  }

  private mutating func grow(_ growth: PartGrowth, at place: PartPlace, _ buffer: inout ByteBuffer) {
    // Out of the dictionary while it grows, so that its text is not copied.
    guard var part = growing.removeValue(forKey: place) else { return }
    switch growth {
    case .text(let more): grow(&part, more, &buffer)
    case .arguments(let more):
      guard case .toolUse(var use) = part.item.part.content else { break }
      part.item.part.content = .refusal("")
      use.arguments += more
      part.item.part.content = .toolUse(use)
      append("response.function_call_arguments.delta", part, &buffer) { $0.member("delta", more) }
    case .signature(let signature):
      guard case .thinking(var thinking) = part.item.part.content else { break }
      thinking.signature = signature
      part.item.part.content = .thinking(thinking)
    case .citation(let citation): cite(&part, citation, &buffer)
    // They belong to the delta before, which is gone.
    case .logprobs: break
    }
    growing[place] = part
  }

  private mutating func grow(_ part: inout Growing, _ more: String, _ buffer: inout ByteBuffer) {
    let content = part.item.part.content
    // Held once, so that what grows is not copied.
    part.item.part.content = .refusal("")
    switch content {
    case .text(var text):
      text += more
      part.item.part.content = .text(text)
      append("response.output_text.delta", part, contentIndex: true, &buffer) {
        $0.member("delta", more)
        $0.name("logprobs")
        $0.beginArray()
        $0.endArray()
      }
    case .refusal(let text):
      part.item.part.content = .refusal(text + more)
      append("response.refusal.delta", part, contentIndex: true, &buffer) { $0.member("delta", more) }
    case .thinking(var thinking):
      thinking.text += more
      part.item.part.content = .thinking(thinking)
      if !part.hasSummary {
        part.hasSummary = true
        appendSummary("response.reasoning_summary_part.added", part, "", &buffer)
      }
      append("response.reasoning_summary_text.delta", part, &buffer) {
        $0.member("summary_index", 0 as Int64)
        $0.member("delta", more)
      }
    case .toolUse, .image, .document, .audio, .toolResult: part.item.part.content = content
    }
  }

  private mutating func cite(_ part: inout Growing, _ citation: Citation, _ buffer: inout ByteBuffer) {
    guard case .text(let text) = part.item.part.content, citation.url != nil else { return }
    part.item.part.citations.append(citation)
    let place = part.citations
    part.citations += 1
    append("response.output_text.annotation.added", part, contentIndex: true, &buffer) {
      $0.member("annotation_index", place)
      $0.name("annotation")
      OpenAIResponses.write(citation, length: Int64(text.unicodeScalars.count), to: &$0)
    }
  }

  private mutating func end(_ place: PartPlace, _ buffer: inout ByteBuffer) {
    guard var part = growing.removeValue(forKey: place) else { return }
    switch part.item.part.content {
    case .text(let text):
      append("response.output_text.done", part, contentIndex: true, &buffer) {
        $0.member("text", text)
        $0.name("logprobs")
        $0.beginArray()
        $0.endArray()
      }
      appendContent("response.content_part.done", part, &buffer)
    case .refusal(let text):
      append("response.refusal.done", part, contentIndex: true, &buffer) { $0.member("refusal", text) }
      appendContent("response.content_part.done", part, &buffer)
    case .thinking(let thinking):
      if part.hasSummary {
        append("response.reasoning_summary_text.done", part, &buffer) {
          $0.member("summary_index", 0 as Int64)
          $0.member("text", thinking.text)
        }
        appendSummary("response.reasoning_summary_part.done", part, thinking.text, &buffer)
      }
    case .toolUse(var use):
      if use.arguments.isEmpty { use.arguments = "{}" }
      part.item.part.content = .toolUse(use)
      append("response.function_call_arguments.done", part, &buffer) {
        $0.member("name", use.name)
        $0.member("arguments", use.arguments)
      }
    case .image, .document, .audio, .toolResult: return
    }
    finish(part.item, part.index, &buffer)
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

  private mutating func appendContent(_ type: StaticString, _ part: Growing, _ buffer: inout ByteBuffer) {
    append(type, part, contentIndex: true, &buffer) {
      $0.name("part")
      part.item.write(content: part.item.part, to: &$0)
    }
  }

  private mutating func appendSummary(
    _ type: StaticString, _ part: Growing, _ text: String, _ buffer: inout ByteBuffer
  ) {
    append(type, part, &buffer) {
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

  /// As OpenAI sends it: the SDK raises what stands in `error`. No `response.completed` follows.
  private mutating func fail(_ fault: Fault, _ buffer: inout ByteBuffer) {
    append("error", &buffer) { event in
      event.member("code", fault.code)
      event.member("message", fault.message)
      event.name("param")
      if let param = fault.param { event.string(param) } else { event.null() }
      event.object("error") { error in
        error.member("message", fault.message)
        error.member("type", fault.type)
        error.name("param")
        if let param = fault.param { error.string(param) } else { error.null() }
        error.member("code", fault.code)
      }
    }
  }

  private mutating func append(
    _ type: StaticString, _ part: Growing, contentIndex: Bool = false, _ buffer: inout ByteBuffer,
    _ members: (inout JSONWriter) -> Void
  ) {
    append(type, &buffer) {
      $0.member("item_id", part.item.id)
      $0.member("output_index", part.index)
      if contentIndex { $0.member("content_index", 0 as Int64) }
      members(&$0)
    }
  }

  private mutating func append(
    _ type: StaticString, _ buffer: inout ByteBuffer, _ members: (inout JSONWriter) -> Void
  ) {
    buffer.append("event: ")
    buffer.append(type)
    buffer.append("\ndata: {\"type\":\"")
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
    buffer.append("\n\n")
  }
}

extension ResponseFrame.State {
  fileprivate var isDone: Bool {
    if case .done = self { true } else { false }
  }
}
