// OpenAIChat+Calls: calls of tools and thinking, written alike into requests, replies and streams.

import Conversation
import Hub
import JSON

extension OpenAIChat {
  /// One element of `tool_calls`, whole.
  ///
  /// - Parameter index: where a stream says which call it is.
  static func write(_ use: ToolUse, index: Int64?, withSignature: Bool, to writer: inout JSONWriter) {
    writer.object { call in
      call.member("index", ifGiven: index)
      call.member("id", use.id)
      call.member("type", "function")
      call.object("function") {
        $0.member("name", use.name)
        $0.member("arguments", use.arguments)
      }
      guard withSignature, let signature = use.signature else { return }
      call.object("extra_content") {
        $0.object("google") { $0.member("thought_signature", signature.shown(native: .gemini)) }
      }
    }
  }

  /// One element of `thinking_blocks`, whole.
  ///
  /// - Parameter offset: how many characters of the content were said before it.
  static func write(_ thinking: Thinking, index: Int64?, offset: Int64, to writer: inout JSONWriter) {
    writer.object { block in
      block.member("index", ifGiven: index)
      if offset > 0 { block.member("content_offset", offset) }
      let signature = thinking.signature?.shown(native: .claude)
      if thinking.isRedacted {
        block.member("type", "redacted_thinking")
        block.member("data", signature ?? "")
      } else {
        block.member("type", "thinking")
        block.member("thinking", thinking.text)
        block.member("signature", ifGiven: signature)
      }
    }
  }

  /// `images` of one picture or `audio`. The audio's identifier means nothing to anybody.
  static func write(_ media: MadeMedia, to writer: inout JSONWriter) {
    switch media {
    case .image(let image): writer.array("images", of: [image]) { write(image: $1, at: 0, to: &$0) }
    case .audio(let audio): write(audio: audio, to: &writer)
    }
  }

  static func write(image: Media, at index: Int64, to writer: inout JSONWriter) {
    writer.object { element in
      element.member("index", index)
      element.member("type", "image_url")
      element.object("image_url") { $0.member("url", image.address(typeUnlessGiven: "image/png") ?? "") }
    }
  }

  static func write(audio: Media, to writer: inout JSONWriter) {
    guard case .base64(let data) = audio.source else { return }
    writer.object("audio") {
      $0.member("id", "audio")
      $0.member("expires_at", 0 as Int64)
      $0.member("data", data)
      $0.member("transcript", "")
    }
  }

  /// One element of `annotations`: a citation with an address. `offset` is where its part begins in the content.
  static func write(_ citation: Citation, index: Int64?, offset: Int64, length: Int64, to writer: inout JSONWriter) {
    guard let url = citation.url else { return }
    writer.object { annotation in
      annotation.member("index", ifGiven: index)
      annotation.member("type", "url_citation")
      annotation.object("url_citation") {
        $0.member("start_index", saturatingOffset(citation.start ?? 0, offset))
        $0.member("end_index", saturatingOffset(citation.end ?? length, offset))
        $0.member("title", citation.title ?? "")
        $0.member("url", url)
      }
    }
  }

  private static func saturatingOffset(_ place: Int64, _ offset: Int64) -> Int64 {
    let (sum, overflow) = place.addingReportingOverflow(offset)
    return overflow ? .max : sum
  }
}
