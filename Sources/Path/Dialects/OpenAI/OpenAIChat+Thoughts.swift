// OpenAIChat+Thoughts: what a message says beside its content, and where in the content it was said.

import Conversation
import Hub
import JSON

extension OpenAIChat {
  /// A run of thinking, and how many characters of the content come before it.
  struct Thought {
    var part: Part
    var offset: Int64
  }

  /// `thinking_blocks`, which are the whole of it, or else the bare text.
  static func thoughts(of message: inout ObjectReader) throws(ShapeFault) -> [Thought] {
    let text = try message.string("reasoning_content")
    let sameText = message.value("reasoning")?.string
    var thoughts: [Thought] = []
    for var block in try message.objects("thinking_blocks") ?? [] {
      let offset = max(0, try block.integer("content_offset") ?? 0)
      let part: Part
      if let data = try block.string("data") {
        part = Part(.thinking(Thinking("", signature: Signature(shown: data, native: .claude), isRedacted: true)))
      } else {
        let signature = try block.string("signature").flatMap {
          $0.isEmpty ? nil : Signature(shown: $0, native: .claude)
        }
        part = Part(.thinking(Thinking(try block.string("thinking") ?? "", signature: signature)))
      }
      thoughts.append(Thought(part: part, offset: offset))
    }
    if thoughts.isEmpty, let text = text ?? sameText, !text.isEmpty {
      thoughts.append(Thought(part: Part(.thinking(Thinking(text))), offset: 0))
    }
    return thoughts
  }

  /// Thoughts in their places: before the content, or inside it where that is one text.
  static func parts(_ thoughts: [Thought], in content: [Part]) -> [Part] {
    guard thoughts.contains(where: { $0.offset > 0 }), let whole = content.first, content.count == 1,
      case .text(let text) = whole.content
    else { return thoughts.map(\.part) + content }
    var parts: [Part] = []
    var rest = Substring(text)
    var start: Int64 = 0
    func say(_ text: Substring) {
      if text.isEmpty { return }
      var part = whole
      part.content = .text(String(text))
      // Citations are of the whole; they stay at its end, as the marker does.
      if !rest.isEmpty { (part.citations, part.cache) = ([], nil) }
      parts.append(part)
    }
    for thought in thoughts {
      let count = Int(clamping: max(0, thought.offset - start))
      let said = Substring(rest.unicodeScalars.prefix(count))
      rest = Substring(rest.unicodeScalars.dropFirst(count))
      start += Int64(count)
      say(said)
      parts.append(thought.part)
    }
    let last = rest
    rest = ""
    say(last)
    return parts
  }

  /// Pictures stand in `images` (openrouter.ai/docs/features/multimodal/image-generation), speech in `audio`, whose
  /// transcript is what was said.
  static func media(of message: inout ObjectReader) throws(ShapeFault) -> [Part] {
    var parts: [Part] = []
    for var image in try message.objects("images") ?? [] {
      if let content = try content(&image, "image_url") { parts.append(Part(content)) }
    }
    if var audio = try message.object("audio") {
      if let transcript = try audio.string("transcript"), !transcript.isEmpty { parts.append(.text(transcript)) }
      // Its format is what was asked for; nobody repeats it.
      if let data = try audio.string("data"), !data.isEmpty {
        parts.append(Part(.audio(Media(.base64(data), mediaType: "audio/wav"))))
      }
    }
    return parts
  }
}
