// Generation: the answer to one request, made once, in no dialect.

import JSON

/// What has to be known of a request once its body has been read, which need not be kept.
struct Generation: Sendable {
  let shape: ReplyShape
  let model: String
  let streams: Bool
  let maxTokens: Int?
  let user: String?
  let prompt: PromptTokens
  let choices: [Choice]

  var completionTokens: Int { choices.reduce(0) { $0 + $1.tokens } }
  /// Those of the completion tokens that were thought and not said.
  var reasoningTokens: Int { choices.reduce(0) { $0 + $1.reasoningTokens } }
}

/// How the reply is written.
enum ReplyShape: Sendable {
  /// With a last chunk for usage, or without.
  case chat(includesUsage: Bool)
  case text(includesUsage: Bool)
  case responses(ResponseEcho)
  case anthropic
  case gemini(GeminiManner)
  case converse
  /// Anthropic's reply as Bedrock's InvokeModel gives it.
  case invoke
  case cohere
}

/// What a prompt costs, by class.
struct PromptTokens: Sendable {
  /// All of them.
  let total: Int
  /// Those that a cache held.
  let cached: Int
  /// Those that a cache will hold from now on.
  let created: Int
  /// For an hour, and not for five minutes.
  let isKeptForHour: Bool
  /// Those that are neither.
  var fresh: Int { total - cached - created }

  init(total: Int, cached: Int = 0, created: Int = 0, isKeptForHour: Bool = false) {
    self.total = total
    self.isKeptForHour = isKeptForHour
    self.cached = min(cached, total)
    self.created = min(created, total - self.cached)
  }
}

/// What a request allows and demands of its answer.
struct Terms {
  enum ToolChoice {
    case free
    case forbidden
    case any
    case named(String)
  }

  enum Thinking {
    case never
    /// Where a line of the question asks for it.
    case whenAsked
    case always
  }

  var tools: [Tool] = []
  var toolChoice = ToolChoice.free
  var allowsParallelTools = true
  /// A JSON schema the answer must fit; any JSON object for an empty one.
  var schema: JSONValue?
  var thinking = Thinking.never
  var maxTokens: Int?
  var stop: [String] = []
  var choices = 1
  /// Where its last mark for the cache asks for an hour.
  var keepsForHour = false
}

/// A tool on offer.
struct Tool {
  let name: String
  /// The JSON schema of its arguments.
  let schema: JSONValue?
}

extension Generation {
  /// The answer to `prompt` on the request's `terms`.
  init(
    _ shape: ReplyShape, model: String, streams: Bool, user: String? = nil, _ prompt: Prompt, _ terms: Terms,
    _ knobs: Knobs
  ) {
    let wish = Wish(prompt.question, knobs)
    self.shape = shape
    self.model = model
    self.streams = streams
    self.user = user
    maxTokens = terms.maxTokens
    self.prompt = PromptTokens(
      total: prompt.tokens, cached: wish.cached, created: wish.created, isKeptForHour: terms.keepsForHour)
    choices = Array(repeating: Choice(prompt, wish, terms, knobs), count: terms.choices)
  }
}
