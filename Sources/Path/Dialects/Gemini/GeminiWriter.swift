// GeminiWriter: events become a stream as Gemini sends it: chunks that are replies, calls whole, the reason at the end.

import Bytes
import Conversation
import Exchange
import Hub
import JSON

struct GeminiWriter: AnswerWriter {
  private var start = AnswerStart(id: "", model: "")
  /// Arguments of calls come in pieces and go out whole.
  private var calls: [PartPlace: ToolUse] = [:]
  private var thinking: Set<PartPlace> = []
  /// Reasons are kept for the last chunk, which has the usage too: a stream that is cut before has none.
  private var finished: [(choice: Int, reason: FinishReason)] = []
  private var usage: Usage?

  mutating func write(_ event: AnswerEvent, to buffer: inout ByteBuffer) {
    switch event {
    case .began(let start): self.start = start
    case .partBegan(let part, let place): begin(part, at: place, to: &buffer)
    case .partGrew(let growth, let place): grow(growth, at: place, to: &buffer)
    case .partEnded(let place): end(place, to: &buffer)
    case .choiceFinished(let reason, stopSequence: _, let choice): finished.append((choice, reason))
    case .usageReported(let usage): self.usage = usage
    case .ended: end(to: &buffer)
    case .failed(let fault): buffer.append(GeminiError.event(of: fault))
    // Google's SDK takes a comment for the beginning of an error.
    case .idled: break
    }
  }

  private mutating func begin(_ part: PartStart, at place: PartPlace, to buffer: inout ByteBuffer) {
    switch part {
    case .text, .refusal: break
    case .thinking: thinking.insert(place)
    case .redactedThinking(let signature):
      let field = GeminiSignature.field(of: signature, isRedacted: true)
      chunk(place, to: &buffer) { json in
        json.member("text", "")
        json.member("thought", true)
        json.member("thoughtSignature", field)
      }
    case .media(let media):
      if GeminiContent.holds(media) { chunk(place, to: &buffer) { GeminiContent.write(media, to: &$0) } }
    case .toolUse(let id, let name, let signature):
      calls[place] = ToolUse(id: id, name: name, arguments: "", signature: signature)
      calls[place]?.arguments = ""
    }
  }

  private mutating func grow(_ growth: PartGrowth, at place: PartPlace, to buffer: inout ByteBuffer) {
    switch growth {
    case .text(let text):
      let isThought = thinking.contains(place)
      chunk(place, to: &buffer) { json in
        json.member("text", text)
        if isThought { json.member("thought", true) }
      }
    case .arguments(let text): calls[place]?.arguments += text
    case .signature(let signature):
      let field = GeminiSignature.field(of: signature)
      chunk(place, to: &buffer) { json in
        json.member("text", "")
        json.member("thought", true)
        json.member("thoughtSignature", field)
      }
    case .citation(let citation):
      candidate(place.choice, to: &buffer) { json in
        GeminiCitations.write([Part(.text(""), citations: [citation])], to: &json)
      }
    case .logprobs(let logprobs):
      candidate(place.choice, to: &buffer) { json in GeminiLogprobs.write(logprobs, to: &json) }
    }
  }

  private mutating func end(_ place: PartPlace, to buffer: inout ByteBuffer) {
    if !thinking.isEmpty { thinking.remove(place) }
    if let call = calls.removeValue(forKey: place) {
      chunk(place, to: &buffer) { json in GeminiContent.write(call, to: &json) }
    }
  }

  private mutating func end(to buffer: inout ByteBuffer) {
    let finished = self.finished
    let usage = self.usage
    reply(to: &buffer) { json in
      json.name("candidates")
      json.beginArray()
      for (choice, reason) in finished {
        json.object { json in
          json.object("content") { json in
            json.member("role", "model")
            json.array("parts", of: [""]) { json, text in json.object { $0.member("text", text) } }
          }
          json.member("finishReason", "\(GeminiContent.reason(of: reason))")
          json.member("index", Int64(choice))
        }
      }
      json.endArray()
      if let usage { GeminiUsage.write(usage, to: &json) }
    }
  }

  // MARK: chunks

  /// A chunk of one part.
  private func chunk(_ place: PartPlace, to buffer: inout ByteBuffer, _ part: (inout JSONWriter) -> Void) {
    candidate(place.choice, to: &buffer) { json in
      json.object("content") { json in
        json.name("parts")
        json.beginArray()
        json.object(part)
        json.endArray()
        json.member("role", "model")
      }
    }
  }

  /// A chunk of one candidate.
  private func candidate(_ choice: Int, to buffer: inout ByteBuffer, _ members: (inout JSONWriter) -> Void) {
    reply(to: &buffer) { json in
      json.name("candidates")
      json.beginArray()
      json.object { json in
        members(&json)
        json.member("index", Int64(choice))
      }
      json.endArray()
    }
  }

  private func reply(to buffer: inout ByteBuffer, _ members: (inout JSONWriter) -> Void) {
    var json = JSONWriter(minimumCapacity: 512)
    json.object { json in
      members(&json)
      json.member("modelVersion", start.model)
      json.member("responseId", start.id)
    }
    EventFrame.append(json.take(), to: &buffer)
  }
}

extension GeminiContent {
  public static func writer(for conversation: Conversation) -> any AnswerWriter { GeminiWriter() }
}
