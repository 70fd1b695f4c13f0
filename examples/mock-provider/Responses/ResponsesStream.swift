// ResponsesStream: the numbered events of a streamed response.
// https://platform.openai.com/docs/api-reference/responses-streaming

import Bytes
import HTTP
import JSON

final class ResponsesStream: StreamedReply {
  private let generation: Generation
  private let echo: ResponseEcho
  private let call: Int
  private let knobs: Knobs
  private var sequence = 0
  private var event = ByteBuffer(minimumCapacity: 512)

  init(_ generation: Generation, _ echo: ResponseEcho, call: Int, _ knobs: Knobs) {
    self.generation = generation
    self.echo = echo
    self.call = call
    self.knobs = knobs
  }

  func begin(_ output: inout ByteBuffer) {
    let response = WholeReply(responses: generation, echo, call: call, knobs, isComplete: false).flattened
    for type in ["response.created", "response.in_progress"] as [StaticString] {
      begin(type)
      event.append(",\"response\":")
      event.append(response)
      send(&output)
    }
  }

  func beginContent(_ content: Content, _ place: ContentPlace, _ output: inout ByteBuffer) {
    begin("response.output_item.added")
    event.append(",\"output_index\":")
    event.append(decimal: place.content)
    event.append(",\"item\":")
    event.append(content.newItem(call, place.content))
    send(&output)
    switch content.kind {
    case .text, .refusal:
      begin("response.content_part.added", of: content, place)
      event.append(",\"part\":")
      event.append(content.part(""))
      send(&output)
    case .thinking, .redactedThinking:
      guard content.isShown(echo) else { return }
      begin("response.reasoning_summary_part.added", of: content, place)
      event.append(",\"part\":{\"type\":\"summary_text\",\"text\":\"\"}")
      send(&output)
    case .call: return
    }
  }

  func write(token number: Int, of content: Content, _ place: ContentPlace, _ output: inout ByteBuffer) {
    if content.kind.isThinking, !content.isShown(echo) { return }
    begin(content.deltaType, of: content, place)
    event.append(",\"delta\":\"")
    event.append(token: number, of: content.text)
    event.append("\"")
    if case .text = content.kind { event.append(",\"logprobs\":[]") }
    send(&output)
  }

  func endContent(_ content: Content, _ place: ContentPlace, _ output: inout ByteBuffer) {
    let text = content.text.string
    switch content.kind {
    case .text, .refusal:
      finish(content, place, content.isText ? "text" : "refusal", text, &output)
      begin("response.content_part.done", of: content, place)
      event.append(",\"part\":")
      event.append(content.part(text))
      send(&output)
    case .thinking, .redactedThinking:
      if content.isShown(echo) {
        finish(content, place, "text", text, &output)
        begin("response.reasoning_summary_part.done", of: content, place)
        event.append(",\"part\":{\"type\":\"summary_text\",\"text\":")
        JSONText.appendQuoted(text, to: &event)
        event.append("}")
        send(&output)
      }
    case .call: finish(content, place, "arguments", text, &output)
    }
    begin("response.output_item.done")
    event.append(",\"output_index\":")
    event.append(decimal: place.content)
    event.append(",\"item\":")
    event.append(WholeReply(itemOf: content, place.content, echo, call: call).flattened)
    send(&output)
  }

  func end(_ output: inout ByteBuffer) {
    begin(generation.choices[0].isCut ? "response.incomplete" : "response.completed")
    event.append(",\"response\":")
    event.append(WholeReply(responses: generation, echo, call: call, knobs).flattened)
    send(&output)
  }

  func fail(_ refusal: Refusal, _ output: inout ByteBuffer) {
    begin("error")
    event.append(",\"code\":\"server_error\",\"param\":null,\"message\":")
    JSONText.appendQuoted(refusal.message, to: &event)
    send(&output)
  }

  /// The whole of what came in pieces.
  private func finish(
    _ content: Content, _ place: ContentPlace, _ name: StaticString, _ text: String, _ output: inout ByteBuffer
  ) {
    begin(content.doneType, of: content, place)
    event.append(",\"")
    event.append(name)
    event.append("\":")
    JSONText.appendQuoted(text, to: &event)
    if content.isText { event.append(",\"logprobs\":[]") }
    send(&output)
  }

  private func begin(_ type: StaticString) {
    event.append("event: ")
    event.append(type)
    event.append("\ndata: {\"type\":\"")
    event.append(type)
    event.append("\",\"sequence_number\":")
    event.append(decimal: sequence)
    sequence += 1
  }

  private func begin(_ type: StaticString, of content: Content, _ place: ContentPlace) {
    begin(type)
    event.append(",\"item_id\":\"")
    event.append(content.itemID(call, place.content))
    event.append("\",\"output_index\":")
    event.append(decimal: place.content)
    switch content.kind {
    case .text, .refusal: event.append(",\"content_index\":0")
    case .thinking, .redactedThinking: event.append(",\"summary_index\":0")
    case .call: return
    }
  }

  private func send(_ output: inout ByteBuffer) {
    event.append("}\n\n")
    event.moveChunk(to: &output)
  }
}

extension Content {
  fileprivate var isText: Bool { if case .text = kind { true } else { false } }

  fileprivate var deltaType: StaticString {
    switch kind {
    case .text: "response.output_text.delta"
    case .refusal: "response.refusal.delta"
    case .thinking, .redactedThinking: "response.reasoning_summary_text.delta"
    case .call: "response.function_call_arguments.delta"
    }
  }

  fileprivate var doneType: StaticString {
    switch kind {
    case .text: "response.output_text.done"
    case .refusal: "response.refusal.done"
    case .thinking, .redactedThinking: "response.reasoning_summary_text.done"
    case .call: "response.function_call_arguments.done"
    }
  }

  /// The item before anything is in it.
  fileprivate func newItem(_ call: Int, _ index: Int) -> ByteSlice {
    var writer = JSONWriter()
    writer.object {
      $0.member("id", itemID(call, index))
      switch kind {
      case .text, .refusal:
        $0.member("type", "message")
        $0.member("status", "in_progress")
        $0.member("role", "assistant")
        $0.member("content", [] as JSONValue)
      case .thinking, .redactedThinking:
        $0.member("type", "reasoning")
        $0.member("summary", [] as JSONValue)
      case .call(let tool):
        $0.member("type", "function_call")
        $0.member("status", "in_progress")
        $0.member("call_id", tool.id("call_", in: call, choice: 0))
        $0.member("name", tool.name)
        $0.member("arguments", "")
      }
    }
    return writer.take()
  }

  /// The one part of a message.
  fileprivate func part(_ text: String) -> ByteSlice {
    var writer = JSONWriter()
    writer.object {
      if isText {
        $0.member("type", "output_text")
        $0.member("annotations", [] as JSONValue)
        $0.member("logprobs", [] as JSONValue)
        $0.member("text", text)
      } else {
        $0.member("type", "refusal")
        $0.member("refusal", text)
      }
    }
    return writer.take()
  }
}
