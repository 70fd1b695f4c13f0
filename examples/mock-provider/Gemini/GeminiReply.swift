// GeminiReply: what generateContent answers, whole or streamed: every event of a stream is a reply of its own.

import Bytes
import HTTP
import JSON

extension WholeReply {
  init(gemini generation: Generation, _ manner: GeminiManner, call: Int, _ knobs: Knobs) {
    self.init()
    append("{\"candidates\":[")
    for (index, choice) in generation.choices.enumerated() {
      append(index == 0 ? "{\"content\":{\"parts\":[" : ",{\"content\":{\"parts\":[")
      var isFirst = true
      for content in choice.contents {
        guard let opening = content.geminiOpening(manner) else {
          hide(content.text)
          continue
        }
        if !isFirst { append(",") }
        isFirst = false
        append(opening)
        if content.call == nil { append(content.text) } else { append(argumentsOf: content) }
        append(content.geminiEnding)
      }
      append("],\"role\":\"model\"},\"finishReason\":\"")
      append(choice.finish.inGemini)
      append("\",\"index\":")
      append(decimal: index)
      append("}")
    }
    append("]")
    if knobs.reportsUsage {
      append(",\"usageMetadata\":")
      append(
        GeminiUsage.text(
          of: generation, said: generation.completionTokens - generation.reasoningTokens,
          thought: generation.reasoningTokens))
    }
    append(",\"modelVersion\":")
    append(quoted: generation.model)
    append(",\"responseId\":\"mock")
    append(decimal: call)
    append("\"}\n")
  }
}

final class GeminiStream: StreamedReply {
  private let generation: Generation
  private let manner: GeminiManner
  private let call: Int
  private let knobs: Knobs
  private var said = 0
  private var thought = 0
  private var isFirst = true
  private var event = ByteBuffer(minimumCapacity: 512)

  init(_ generation: Generation, _ manner: GeminiManner, call: Int, _ knobs: Knobs) {
    self.generation = generation
    self.manner = manner
    self.call = call
    self.knobs = knobs
  }

  var body: AnswerHead.Body { manner.asEvents ? .events : .growingJSON }

  func write(token number: Int, of content: Content, _ place: ContentPlace, _ output: inout ByteBuffer) {
    if content.kind.isThinking { thought += 1 } else { said += 1 }
    // Calls come whole.
    guard content.call == nil, let opening = content.geminiOpening(manner) else { return }
    beginEvent()
    event.append(opening)
    event.append("\"")
    event.append(token: number, of: content.text)
    event.append("\"")
    event.append(content.geminiEnding)
    endEvent(place.choice, nil, &output)
  }

  func endContent(_ content: Content, _ place: ContentPlace, _ output: inout ByteBuffer) {
    guard content.call != nil, let opening = content.geminiOpening(manner) else { return }
    beginEvent()
    event.append(opening)
    content.text.append(0..<content.text.bytes, to: &event)
    event.append(content.geminiEnding)
    endEvent(place.choice, nil, &output)
  }

  func endChoice(_ choice: Choice, _ index: Int, _ output: inout ByteBuffer) {
    beginEvent()
    if case .refusal = choice.finish {} else { event.append("{\"text\":\"\"}") }
    endEvent(index, choice.finish, &output)
  }

  func end(_ output: inout ByteBuffer) {
    if manner.asEvents { return }
    event.append(isFirst ? "[]" : "]")
    event.moveChunk(to: &output)
  }

  func fail(_ refusal: Refusal, _ output: inout ByteBuffer) {
    separate()
    // 529 is Anthropic's; Google says 503.
    Refusal(status: 503, message: refusal.message).write(in: .gemini, into: &event)
    event.append(manner.asEvents ? "\r\n" : "]")
    event.moveChunk(to: &output)
  }

  private func separate() {
    event.append(manner.asEvents ? "data: " : isFirst ? "[" : ",\r\n")
    isFirst = false
  }

  private func beginEvent() {
    separate()
    event.append("{\"candidates\":[{\"content\":{\"parts\":[")
  }

  private func endEvent(_ index: Int, _ finish: Finish?, _ output: inout ByteBuffer) {
    event.append("],\"role\":\"model\"},")
    if let finish {
      event.append("\"finishReason\":\"")
      event.append(finish.inGemini)
      event.append("\",")
    }
    event.append("\"index\":")
    event.append(decimal: index)
    event.append("}]")
    if knobs.reportsUsage {
      event.append(",\"usageMetadata\":")
      event.append(GeminiUsage.text(of: generation, said: said, thought: thought))
    }
    event.append(",\"modelVersion\":")
    JSONText.appendQuoted(generation.model, to: &event)
    event.append(",\"responseId\":\"mock")
    event.append(decimal: call)
    event.append(manner.asEvents ? "\"}\r\n\r\n" : "\"}")
    event.moveChunk(to: &output)
  }
}

extension Content {
  /// What comes before the text of a part; nil where there is no part.
  fileprivate func geminiOpening(_ manner: GeminiManner) -> ByteSlice? {
    switch kind {
    case .text: return ByteSlice("{\"text\":")
    case .thinking: return manner.showsThoughts ? ByteSlice("{\"thought\":true,\"text\":") : nil
    case .redactedThinking, .refusal: return nil
    case .call(let call):
      if isCut { return nil }
      var text = ByteBuffer()
      text.append("{")
      if call.followsThoughts {
        text.append("\"thoughtSignature\":")
        JSONText.appendQuoted(Proof.signature(of: call.name, by: .gemini), to: &text)
        text.append(",")
      }
      text.append("\"functionCall\":{\"name\":")
      JSONText.appendQuoted(call.name, to: &text)
      text.append(",\"args\":")
      return text.take()
    }
  }

  fileprivate var geminiEnding: StaticString { call == nil ? "}" : "}}" }
}

extension Finish {
  var inGemini: StaticString {
    switch self {
    case .stop, .stopped, .tools: "STOP"
    case .length: "MAX_TOKENS"
    case .refusal: "SAFETY"
    }
  }
}

enum GeminiUsage {
  static func text(of generation: Generation, said: Int, thought: Int) -> ByteSlice {
    var writer = JSONWriter(minimumCapacity: 192)
    let prompt = generation.prompt
    writer.object {
      $0.member("promptTokenCount", Int64(prompt.total))
      $0.member("candidatesTokenCount", Int64(said))
      $0.member("totalTokenCount", Int64(prompt.total + said + thought))
      if prompt.cached > 0 { $0.member("cachedContentTokenCount", Int64(prompt.cached)) }
      if thought > 0 { $0.member("thoughtsTokenCount", Int64(thought)) }
    }
    return writer.take()
  }
}
