// Conversation: a request for an answer, in no provider's words: the form every dialect decodes to and encodes from.

import JSON
import Providers

/// What an agent asks a model for. A field that the agent left out, or set to what it would be anyway, is nil or empty.
public struct Conversation: Equatable, Sendable {
  /// As the candidate is asked for it.
  public var model: String
  /// In the order in which they were said, system and developer messages among them.
  public var messages: [Message]
  public var tools: [Tool] = []
  public var toolChoice: ToolChoice?
  /// Whether one answer may call several tools; nil leaves it to the provider.
  public var allowsParallelTools: Bool?
  /// The provider may search the web.
  public var webSearch: WebSearch?
  public var sampling = Sampling()
  public var format = AnswerFormat.text
  public var reasoning: Reasoning?
  public var streams = false
  /// The agent wants usage in the stream, where its dialect lets it choose.
  public var wantsStreamUsage = true
  /// Who the agent says its own user is.
  public var user: String?
  public var metadata: [(name: String, value: String)] = []
  /// As the agent's dialect spells it: `auto`, `priority`, `flex`, ...
  public var serviceTier: String?
  /// The same in OpenAI's words; nil where the provider may choose.
  public var usualTier: String? {
    switch serviceTier {
    case nil, "auto": nil
    case "on_demand", "standard", "standard_only": "default"
    case "performance": "priority"
    case let tier: tier
    }
  }
  /// What OpenAI's two dialects say alike and nobody else has a word for.
  public var extras: [Feature: JSONValue] = [:]
  /// Fields of the agent's dialect that no other dialect has a word for, by the agent's name for them. They are refused
  /// unless its table of hints has them, or the policy lets them be dropped.
  public var untranslatable: [String] = []
  /// Of the provider it is encoded for.
  public var habits = ProviderHabits()
  /// What was let go or said otherwise while the request was read: the reply says so.
  public var hints: [String] = []
  /// Members of the agent's own request that replies of its dialect repeat.
  public var asked: JSONValue?

  public init(model: String, messages: [Message] = []) {
    self.model = model
    self.messages = messages
  }

  public static func == (one: Conversation, other: Conversation) -> Bool {
    one.model == other.model && one.messages == other.messages && one.tools == other.tools
      && one.toolChoice == other.toolChoice && one.allowsParallelTools == other.allowsParallelTools
      && one.sampling == other.sampling && one.format == other.format && one.reasoning == other.reasoning
      && one.streams == other.streams && one.wantsStreamUsage == other.wantsStreamUsage && one.user == other.user
      && one.metadata.map(\.name) == other.metadata.map(\.name)
      && one.metadata.map(\.value) == other.metadata.map(\.value) && one.serviceTier == other.serviceTier
      && one.webSearch == other.webSearch && one.extras == other.extras && one.habits == other.habits
      && one.untranslatable == other.untranslatable && one.hints == other.hints
  }
}

/// A search that the provider itself makes.
public struct WebSearch: Equatable, Sendable {
  /// Nowhere else; empty is everywhere.
  public var allowedDomains: [String]

  public init(allowedDomains: [String] = []) { self.allowedDomains = allowedDomains }
}

/// How the next token is chosen and where the answer ends.
public struct Sampling: Equatable, Sendable {
  /// The most tokens one choice may have.
  public var outputMax: Int64?
  public var temperature: Double?
  public var topP: Double?
  public var topK: Int64?
  /// 0 is none, as it would be anyway.
  public var frequencyPenalty: Double? { didSet { if frequencyPenalty == 0 { frequencyPenalty = nil } } }
  public var presencePenalty: Double? { didSet { if presencePenalty == 0 { presencePenalty = nil } } }
  public var stop: [String] = []
  public var seed: Int64?
  /// How many answers are wanted; 1 where nothing is said.
  public var choices: Int64 = 1
  /// How many alternatives of each token are reported beside the token itself; nil reports none.
  public var logprobs: Int64?

  public init() {}
}

/// What shape the answer must have.
public enum AnswerFormat: Equatable, Sendable {
  case text
  /// Any JSON object.
  case json
  /// JSON that fits a schema (json-schema.org).
  case schema(AnswerSchema)
}

public struct AnswerSchema: Equatable, Sendable {
  public var name: String
  public var description: String?
  public var schema: JSONValue
  /// The provider must keep to the schema to the letter.
  public var isStrict: Bool

  public init(name: String, description: String? = nil, schema: JSONValue, isStrict: Bool) {
    self.name = name
    self.description = description
    self.schema = schema
    self.isStrict = isStrict
  }
}

/// How long the model may think before it answers.
public struct Reasoning: Equatable, Sendable {
  public enum Extent: Equatable, Sendable {
    case off
    /// In words: minimal, low, medium, high, xhigh, max.
    case effort(Effort)
    /// In tokens, which are part of the output.
    case budget(Int64)
    /// The model decides.
    case automatic
  }

  public enum Effort: String, CaseIterable, Sendable {
    case minimal, low, medium, high, xhigh, max

    /// The greatest of `known`, least first and not empty, that is not above this; the least where all are.
    public func held(to known: [Effort]) -> Effort {
      let below = Self.allCases.prefix { $0 != self } + [self]
      return known.last { below.contains($0) } ?? known[0]
    }
  }

  public var extent: Extent
  /// The agent wants to read what was thought, or a summary of it.
  public var isShown: Bool

  public init(_ extent: Extent, isShown: Bool) {
    self.extent = extent
    self.isShown = isShown
  }

  /// The documented rule between words and tokens: minimal and low are 1,024 tokens, medium 8,192, high 24,576, xhigh
  /// and max 32,768; a number of tokens is the greatest word that it pays for.
  public static func budget(of effort: Effort) -> Int64 {
    switch effort {
    case .minimal, .low: 1_024
    case .medium: 8_192
    case .high: 24_576
    case .xhigh, .max: 32_768
    }
  }

  public static func effort(of budget: Int64) -> Effort {
    switch budget {
    case ..<8_192: .low
    case ..<24_576: .medium
    default: .high
    }
  }
}
