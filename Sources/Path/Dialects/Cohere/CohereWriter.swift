// CohereWriter: events become a stream as Cohere sends it.

import Bytes
import Conversation
import Exchange
import Hub
import JSON

struct CohereWriter: AnswerWriter {
  /// The part that is open, and Cohere's own number for it. There is one at a time: `SequentialWriter` sees to it.
  private var open: (kind: Kind, number: Int64)?
  private var contentCount: Int64 = 0
  private var callCount: Int64 = 0
  private var citationCount: Int64 = 0
  private var finish = "COMPLETE"
  private var usage: Usage?

  private enum Kind {
    case text
    case thinking
    case call
  }

  mutating func write(_ event: AnswerEvent, to buffer: inout ByteBuffer) {
    switch event {
    case .began(let start): writeStart(start, to: &buffer)
    case .partBegan(let part, _): begin(part, to: &buffer)
    case .partGrew(let growth, _): grow(growth, to: &buffer)
    case .partEnded: end(to: &buffer)
    case .choiceFinished(let reason, let stopSequence, choice: 0):
      finish = CohereChat.reason(of: reason, stopSequence: stopSequence)
    case .usageReported(let usage): self.usage = usage
    case .ended: writeEnd(finish, to: &buffer)
    case .idled: EventFrame.appendIdle(to: &buffer)
    case .failed(let fault): writeEnd("ERROR", error: fault.message, to: &buffer)
    // Cohere gives one answer.
    case .choiceFinished: break
    }
  }

  private func writeStart(_ start: AnswerStart, to buffer: inout ByteBuffer) {
    event("message-start", to: &buffer) { json in
      json.member("id", start.id)
      json.object("delta") { json in
        json.object("message") { json in
          json.member("role", "assistant")
          for name in ["content", "tool_calls", "citations"] as [StaticString] {
            json.array(name, of: [Int64]()) { $0.integer($1) }
          }
          json.member("tool_plan", "")
        }
      }
    }
  }

  private mutating func begin(_ part: PartStart, to buffer: inout ByteBuffer) {
    switch part {
    case .text, .refusal: beginContent(.text, to: &buffer)
    // No content of an answer's holds it.
    case .media: return
    case .thinking: beginContent(.thinking, to: &buffer)
    case .redactedThinking(let signature):
      beginContent(.thinking, to: &buffer)
      write(signature, isRedacted: true, to: &buffer)
    case .toolUse(let id, let name, let signature):
      if let signature {
        // A thinking part of its own carries it, as in whole replies.
        beginContent(.thinking, to: &buffer)
        write(signature, isRedacted: false, to: &buffer)
        end(to: &buffer)
      }
      open = (.call, callCount)
      message("tool-call-start", callCount, to: &buffer) { json in
        json.object("tool_calls") { json in
          json.member("id", id)
          json.member("type", "function")
          json.object("function") { json in
            json.member("name", name)
            json.member("arguments", "")
          }
        }
      }
      callCount += 1
    }
  }

  private mutating func beginContent(_ kind: Kind, to buffer: inout ByteBuffer) {
    open = (kind, contentCount)
    message("content-start", contentCount, to: &buffer) { json in
      json.object("content") { json in
        json.member("type", kind == .text ? "text" : "thinking")
        json.member(kind == .text ? "text" : "thinking", "")
      }
    }
    contentCount += 1
  }

  private mutating func grow(_ growth: PartGrowth, to buffer: inout ByteBuffer) {
    guard let (kind, number) = open else { return }
    switch growth {
    case .text(let text):
      message("content-delta", number, to: &buffer) { json in
        json.object("content") { json in json.member(kind == .text ? "text" : "thinking", text) }
      }
    case .arguments(let arguments):
      message("tool-call-delta", number, to: &buffer) { json in
        json.object("tool_calls") { json in
          json.object("function") { json in json.member("arguments", arguments) }
        }
      }
    case .signature(let signature): write(signature, isRedacted: false, to: &buffer)
    case .citation(let citation):
      let index = citationCount
      citationCount += 1
      message("citation-start", index, to: &buffer) { json in
        json.object("citations") { json in
          CohereCitations.write(citation, to: &json)
          json.member("content_index", number)
        }
      }
      event("citation-end", to: &buffer) { json in json.member("index", index) }
    case .logprobs(let logprobs):
      for token in logprobs["content"]?.elements ?? [] {
        event("content-delta", to: &buffer) { json in
          json.member("index", number)
          json.name("logprobs")
          CohereLogprobs.write(token, to: &json)
        }
      }
    }
  }

  private func write(
    _ signature: Signature, isRedacted: Bool, to buffer: inout ByteBuffer
  ) {
    guard let number = open?.number else { return }
    let field = CohereSignature.field(of: Thinking("", signature: signature, isRedacted: isRedacted))
    message("content-delta", number, to: &buffer) { json in
      json.object("content") { json in
        json.member("thinking", "")
        json.member("signature", ifGiven: field)
      }
    }
  }

  private mutating func end(to buffer: inout ByteBuffer) {
    guard let (kind, number) = open else { return }
    open = nil
    event(kind == .call ? "tool-call-end" : "content-end", to: &buffer) { json in json.member("index", number) }
  }

  private func writeEnd(_ finish: String, error: String? = nil, to buffer: inout ByteBuffer) {
    event("message-end", to: &buffer) { json in
      json.object("delta") { json in
        json.member("finish_reason", finish)
        json.member("error", ifGiven: error)
        if let usage { CohereUsage.write(usage, to: &json) }
      }
    }
  }

  // MARK: framing

  /// An event with a number and a message.
  private func message(
    _ type: StaticString, _ number: Int64, to buffer: inout ByteBuffer, _ members: (inout JSONWriter) -> Void
  ) {
    event(type, to: &buffer) { json in
      json.member("index", number)
      json.object("delta") { json in json.object("message", members) }
    }
  }

  private func event(_ type: StaticString, to buffer: inout ByteBuffer, _ members: (inout JSONWriter) -> Void) {
    var json = JSONWriter(minimumCapacity: 256)
    json.object { json in
      json.member("type", "\(type)")
      members(&json)
    }
    EventFrame.append(json.take(), as: type, to: &buffer)
  }
}

extension CohereChat {
  public static func writer(for conversation: Conversation) -> any AnswerWriter {
    SequentialWriter(CohereWriter())
  }
}
