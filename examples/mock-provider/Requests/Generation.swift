// Generation: a request for text, whichever of the two endpoints it came to, and the reply it will get.

import Bytes
import JSON

/// What has to be known of a request once its body has been read, which need not be kept.
struct Generation: Sendable {
  enum Endpoint: Sendable {
    /// /v1/chat/completions
    case chat
    /// /v1/completions
    case text
  }

  let endpoint: Endpoint
  let model: String
  let streams: Bool
  /// A stream that ends with a chunk that reports usage.
  let includesUsage: Bool
  let maxTokens: Int?
  let user: String?
  let promptTokens: Int
  let choices: [Choice]

  var completionTokens: Int { choices.reduce(0) { $0 + $1.tokens } }
}

/// One of the answers to a request.
struct Choice: Sendable {
  private(set) var contents: [Content]
  private(set) var finishReason: StaticString

  /// The answer in words, cut at `maxTokens`.
  init(_ text: ReplyText, maxTokens: Int?) {
    self.init([Content(text: text)], "stop", maxTokens)
  }

  /// The answer in calls of tools, of whose arguments at most `maxTokens` come.
  init(calls: [Content], maxTokens: Int?) {
    self.init(calls, "tool_calls", maxTokens)
  }

  private init(_ whole: [Content], _ finish: StaticString, _ maxTokens: Int?) {
    contents = []
    finishReason = finish
    var left = maxTokens ?? .max
    for content in whole {
      if left == 0 || content.text.tokens > left { finishReason = "length" }
      if left == 0 { break }
      contents.append(Content(call: content.call, text: content.text.cut(atTokens: left)))
      left -= min(left, content.text.tokens)
    }
  }

  var tokens: Int { contents.reduce(0) { $0 + $1.text.tokens } }
  var callsTools: Bool { contents.first?.call != nil }
}

/// A run of text in a choice: its words, or the arguments of one call of a tool.
struct Content: Sendable {
  struct Call: Sendable {
    let id: String
    let name: String
  }

  var call: Call?
  let text: ReplyText
}

/// The options of a stream, in a request for either endpoint.
enum StreamOptions {
  private enum Name: String, FieldName { case includeUsage = "include_usage" }
  private static let scanner = FieldScanner<Name>()

  /// Whether usage is asked for; `options` is the value of `stream_options`.
  static func includeUsage(_ options: ScannedValue?, streams: Bool, in body: Span<UInt8>) throws(Refusal) -> Bool {
    guard let options else { return false }
    let param = "stream_options"
    guard streams else {
      throw .invalid("The 'stream_options' parameter is only allowed when 'stream' is enabled.", param: param)
    }
    guard options.kind == .object, let fields = try? scanner.scan(body, in: options.range) else {
      throw .invalid("Invalid type for 'stream_options': expected an object.", param: param, code: "invalid_type")
    }
    return try fields.bool(.includeUsage, in: body)
  }
}
