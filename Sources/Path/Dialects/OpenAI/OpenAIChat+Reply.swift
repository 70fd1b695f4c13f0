// OpenAIChat+Reply: a whole reply as an agent gets it.

import Bytes
import Conversation
import Exchange
import Hub
import JSON

extension OpenAIChat {
  public static func body(of answer: Answer, to conversation: Conversation) -> ByteSlice {
    var writer = JSONWriter(minimumCapacity: 1_024)
    writer.beginObject()
    writer.member("id", answer.id)
    writer.member("object", "chat.completion")
    writer.member("created", answer.createdAt ?? 0)
    writer.member("model", answer.model)
    writer.name("choices")
    writer.beginArray()
    for (index, choice) in answer.choices.enumerated() { write(choice, Int64(index), to: &writer) }
    writer.endArray()
    if let usage = answer.usage {
      writer.name("usage")
      OpenAIUsage.chat.write(usage, to: &writer)
    }
    writer.member("service_tier", ifGiven: answer.serviceTier)
    writer.endObject()
    return writer.take()
  }

  private static func write(_ choice: AnswerChoice, _ index: Int64, to writer: inout JSONWriter) {
    let said = Said(choice.parts)
    writer.object { entry in
      entry.member("index", index)
      entry.object("message") { said.write(to: &$0) }
      entry.name("logprobs")
      if let logprobs = choice.logprobs { entry.value(logprobs) } else { entry.null() }
      entry.member("finish_reason", word(for: choice.finish, hasRefusal: said.refusal != nil))
    }
  }

  static func word(for finish: FinishReason, hasRefusal: Bool) -> String {
    switch finish {
    case .stop, .pause: "stop"
    case .length: "length"
    case .toolUse: "tool_calls"
    case .contentFilter: "content_filter"
    case .refusal: hasRefusal ? "stop" : "content_filter"
    }
  }

  /// An answer's parts by the members of a message they stand in.
  private struct Said {
    var content: String?
    var refusal: String?
    var thinking: [(thought: Thinking, offset: Int64)] = []
    var images: [Media] = []
    var audio: Media?
    var calls: [ToolUse] = []
    var citations: [(citation: Citation, offset: Int64, length: Int64)] = []

    init(_ parts: [Part]) {
      for part in parts {
        switch part.content {
        case .text(let text):
          if !part.citations.isEmpty {
            let offset = Int64(content?.unicodeScalars.count ?? 0)
            let length = Int64(text.unicodeScalars.count)
            citations += part.citations.map { ($0, offset, length) }
          }
          content = (content ?? "") + text
        case .refusal(let text): refusal = (refusal ?? "") + text
        case .thinking(let thought): thinking.append((thought, Int64(content?.unicodeScalars.count ?? 0)))
        case .toolUse(let use): calls.append(use)
        case .image(let image): images.append(image)
        case .audio(let sound): audio = audio ?? sound
        case .document, .toolResult: break
        }
      }
    }

    func write(to writer: inout JSONWriter) {
      writer.member("role", "assistant")
      writer.name("content")
      if let content { writer.string(content) } else { writer.null() }
      writer.name("refusal")
      if let refusal { writer.string(refusal) } else { writer.null() }
      let thought = thinking.map(\.thought.text).joined()
      if !thought.isEmpty { writer.member("reasoning_content", thought) }
      if thinking.contains(where: { $0.thought.signature != nil || $0.offset > 0 }) {
        writer.array("thinking_blocks", of: thinking) {
          OpenAIChat.write($1.thought, index: nil, offset: $1.offset, to: &$0)
        }
      }
      if !images.isEmpty {
        writer.name("images")
        writer.beginArray()
        for (index, image) in images.enumerated() { OpenAIChat.write(image: image, at: Int64(index), to: &writer) }
        writer.endArray()
      }
      if let audio { OpenAIChat.write(audio: audio, to: &writer) }
      if citations.contains(where: { $0.citation.url != nil }) {
        writer.array("annotations", of: citations) {
          OpenAIChat.write($1.citation, index: nil, offset: $1.offset, length: $1.length, to: &$0)
        }
      }
      if !calls.isEmpty {
        writer.array("tool_calls", of: calls) {
          OpenAIChat.write($1, index: nil, withSignature: true, to: &$0)
        }
      }
    }
  }
}
