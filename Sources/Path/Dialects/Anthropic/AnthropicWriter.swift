// AnthropicWriter: events become the message stream that an agent reads.

import Bytes
import Conversation
import Exchange
import Hub
import JSON

/// Anthropic says why an answer ended and what it used in one event, so both are kept until the end. One block is open at a
/// time: `SequentialWriter` sees to it.
struct AnthropicWriter: AnswerWriter {
  private struct Block {
    var index: Int
    var isThinking: Bool
  }

  private var open: Block?
  private var blockCount = 0
  private var finish = FinishReason.stop
  private var stopSequence: String?
  private var usage: Usage?

  mutating func write(_ event: AnswerEvent, to buffer: inout ByteBuffer) {
    switch event {
    case .began(let start): append("message_start", to: &buffer) { begin(start, &$0) }
    case .partBegan(let start, _): begin(start, to: &buffer)
    case .partGrew(let growth, _): if let open { grow(open, growth, to: &buffer) }
    case .partEnded:
      if let open { stop(open.index, to: &buffer) }
      open = nil
    case .choiceFinished(let reason, let sequence, let choice):
      guard choice == 0 else { return }
      finish = reason
      stopSequence = sequence
    case .usageReported(let reported): usage = reported
    case .ended:
      append("message_delta", to: &buffer) { end(&$0) }
      append("message_stop", to: &buffer) { _ in }
    case .failed(let fault): append("error", to: &buffer) { fail(fault, &$0) }
    case .idled: append("ping", to: &buffer) { _ in }
    }
  }

  // MARK: blocks

  private mutating func begin(_ start: PartStart, to buffer: inout ByteBuffer) {
    var isThinking = false
    var content: Part
    switch start {
    case .text, .refusal: content = .text("")
    case .thinking:
      content = Part(.thinking(Thinking("")))
      isThinking = true
    case .redactedThinking(let data): content = Part(.thinking(Thinking("", signature: data, isRedacted: true)))
    case .toolUse(let id, let name, let signature):
      if let signature { carry(signature, to: &buffer) }
      content = Part(.toolUse(ToolUse(id: id, name: name, arguments: "{}")))
    // No block of an answer's holds it.
    case .media: return
    }
    open = Block(index: blockCount, isThinking: isThinking)
    self.start(content, to: &buffer)
  }

  /// The signature of the call that follows, in a block of its own: there is no place on the call.
  private mutating func carry(_ signature: Signature, to buffer: inout ByteBuffer) {
    let index = blockCount
    start(Part(.thinking(Thinking(""))), to: &buffer)
    grow(Block(index: index, isThinking: true), .signature(signature), to: &buffer)
    stop(index, to: &buffer)
  }

  private mutating func start(_ content: Part, to buffer: inout ByteBuffer) {
    let index = blockCount
    blockCount += 1
    append("content_block_start", to: &buffer) { json in
      json.member("index", Int64(index))
      json.name("content_block")
      AnthropicBlock.write(content, to: &json)
    }
  }

  /// Written without a tree or a writer: this is nearly all of a stream.
  private func grow(_ block: Block, _ growth: PartGrowth, to buffer: inout ByteBuffer) {
    if case .logprobs = growth { return }
    EventFrame.begin("content_block_delta", in: &buffer)
    buffer.append("{\"type\":\"content_block_delta\",\"index\":")
    buffer.append(decimal: block.index)
    buffer.append(",\"delta\":{\"type\":")
    switch growth {
    case .text(let text):
      buffer.append(block.isThinking ? "\"thinking_delta\",\"thinking\":" : "\"text_delta\",\"text\":")
      JSONText.appendQuoted(text, to: &buffer)
    case .arguments(let piece):
      buffer.append("\"input_json_delta\",\"partial_json\":")
      JSONText.appendQuoted(piece, to: &buffer)
    case .signature(let signature):
      buffer.append("\"signature_delta\",\"signature\":")
      JSONText.appendQuoted(signature.shown(native: .claude), to: &buffer)
    case .citation(let citation):
      var json = JSONWriter(minimumCapacity: 256)
      AnthropicCitation.write(citation, to: &json)
      buffer.append("\"citations_delta\",\"citation\":")
      buffer.append(json.take())
    case .logprobs: break
    }
    buffer.append("}}")
    EventFrame.end(in: &buffer)
  }

  private func stop(_ index: Int, to buffer: inout ByteBuffer) {
    append("content_block_stop", to: &buffer) { $0.member("index", Int64(index)) }
  }

  // MARK: the message

  private func begin(_ start: AnswerStart, _ json: inout JSONWriter) {
    json.object("message") { json in
      json.member("id", start.id)
      json.member("type", "message")
      json.member("role", "assistant")
      json.member("model", start.model)
      json.array("content", of: [Part]()) { _, _ in }
      json.name("stop_reason")
      json.null()
      json.name("stop_sequence")
      json.null()
      json.object("usage") { AnthropicUsage.write(nil, to: &$0) }
    }
  }

  private func end(_ json: inout JSONWriter) {
    json.object("delta") { json in
      json.member("stop_reason", AnthropicMessages.reason(finish, stopSequence: stopSequence))
      json.name("stop_sequence")
      if let stopSequence { json.string(stopSequence) } else { json.null() }
    }
    json.object("usage") { AnthropicUsage.write(usage, to: &$0) }
  }

  private func fail(_ fault: Fault, _ json: inout JSONWriter) {
    json.object("error") { json in
      json.member("type", AnthropicMessages.errorType(of: fault))
      json.member("message", fault.message)
    }
  }

  private func append(
    _ type: StaticString, to buffer: inout ByteBuffer, _ members: (inout JSONWriter) -> Void
  ) {
    var json = JSONWriter(minimumCapacity: 256)
    json.object { json in
      json.member("type", "\(type)")
      members(&json)
    }
    EventFrame.append(json.take(), as: type, to: &buffer)
  }
}
