// BedrockWriter: events become the event stream that an agent reads.

import Anthropic
import Bytes
import Conversation
import Exchange
import HTTP
import Hub
import JSON

/// Bedrock says what an answer used behind its end, so usage is kept until then. One block is open at a time:
/// `SequentialWriter` sees to it.
struct BedrockWriter: AnswerWriter {
  private struct Block {
    var index: Int
    var isThinking = false
    var isToolUse = false
    var hasGrown = false
  }

  private var open: Block?
  private var blockCount = 0
  private var usage: Usage?

  mutating func write(_ event: AnswerEvent, to buffer: inout ByteBuffer) {
    switch event {
    case .began: append("messageStart", to: &buffer) { $0.member("role", "assistant") }
    case .partBegan(let start, _): begin(start, to: &buffer)
    case .partGrew(let growth, _):
      open?.hasGrown = true
      if let open { grow(open, growth, to: &buffer) }
    case .partEnded:
      guard let block = open else { return }
      open = nil
      if block.isToolUse, !block.hasGrown { grow(block, .arguments("{}"), to: &buffer) }
      stop(block.index, to: &buffer)
    case .choiceFinished(let reason, let sequence, let choice):
      guard choice == 0 else { return }
      append("messageStop", to: &buffer) {
        $0.member("stopReason", BedrockConverse.reason(reason, stopSequence: sequence))
      }
    case .usageReported(let reported): usage = reported
    case .ended:
      append("metadata", to: &buffer) { json in
        json.object("usage") { BedrockUsage.write(usage, to: &$0) }
        json.object("metrics") { $0.member("latencyMs", 0 as Int64) }
      }
    case .failed(let fault):
      var json = JSONWriter(minimumCapacity: 256)
      json.object { $0.member("message", fault.message) }
      AmazonEvent.append(exception: BedrockConverse.exception(of: fault), payload: json.take(), to: &buffer)
    // The format has no event that says nothing.
    case .idled: break
    }
  }

  // MARK: blocks

  private mutating func begin(_ start: PartStart, to buffer: inout ByteBuffer) {
    var block = Block(index: blockCount)
    switch start {
    case .text, .refusal: break
    case .thinking: block.isThinking = true
    case .redactedThinking(let data):
      delta(block.index, to: &buffer) { json in
        json.object("reasoningContent") { $0.member("redactedContent", BedrockBlock.redacted(data)) }
      }
    case .media(.image(let image)):
      guard case .base64(let bytes) = image.source, let format = BedrockFormat.format(of: image.mediaType, .image)
      else { return }
      append("contentBlockStart", to: &buffer) { json in
        json.object("start") { json in json.object("image") { $0.member("format", format) } }
        json.member("contentBlockIndex", Int64(block.index))
      }
      delta(block.index, to: &buffer) { json in
        json.object("image") { json in json.object("source") { $0.member("bytes", bytes) } }
      }
    // No block of a stream's holds it.
    case .media(.audio): return
    case .toolUse(let id, let name, let signature):
      if let signature {
        // There is no place for it on the call; agents that put blocks together expect a text before a signature.
        let carrier = Block(index: blockCount, isThinking: true)
        grow(carrier, .text(""), to: &buffer)
        grow(carrier, .signature(signature), to: &buffer)
        stop(blockCount, to: &buffer)
        blockCount += 1
      }
      block = Block(index: blockCount, isToolUse: true)
      append("contentBlockStart", to: &buffer) { json in
        json.object("start") { json in
          json.object("toolUse") { json in
            json.member("toolUseId", BedrockBlock.identifier(id))
            json.member("name", name)
          }
        }
        json.member("contentBlockIndex", Int64(block.index))
      }
    }
    open = block
    blockCount += 1
  }

  private func grow(_ block: Block, _ growth: PartGrowth, to buffer: inout ByteBuffer) {
    if case .logprobs = growth { return }
    delta(block.index, to: &buffer) { json in
      switch growth {
      case .text(let text):
        if block.isThinking {
          json.object("reasoningContent") { $0.member("text", text) }
        } else {
          json.member("text", text)
        }
      case .arguments(let piece): json.object("toolUse") { $0.member("input", piece) }
      case .signature(let signature):
        json.object("reasoningContent") { $0.member("signature", signature.shown(native: .claude)) }
      case .citation(let citation):
        json.name("citation")
        BedrockCitation.write(citation, to: &json)
      case .logprobs: break
      }
    }
  }

  private func delta(_ index: Int, to buffer: inout ByteBuffer, _ members: (inout JSONWriter) -> Void) {
    append("contentBlockDelta", to: &buffer) { json in
      json.object("delta", members)
      json.member("contentBlockIndex", Int64(index))
    }
  }

  private func stop(_ index: Int, to buffer: inout ByteBuffer) {
    append("contentBlockStop", to: &buffer) { $0.member("contentBlockIndex", Int64(index)) }
  }

  private func append(_ type: StaticString, to buffer: inout ByteBuffer, _ members: (inout JSONWriter) -> Void) {
    var json = JSONWriter(minimumCapacity: 256)
    json.object(members)
    AmazonEvent.append(event: type, payload: json.take(), to: &buffer)
  }
}
