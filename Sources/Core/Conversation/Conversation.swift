// Conversation: a request for an answer, in no provider's words: the form every dialect decodes to and encodes from.

import JSON

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
  /// Fields of the agent's dialect that no other dialect has a word for, by the agent's name for them. They change
  /// the answer, so they are refused unless the policy lets them be dropped.
  public var untranslatable: [String] = []
  /// Of the provider it is encoded for.
  public var habits = ProviderHabits()
  /// Fields that steer caches, logs and abuse checks and never the answer: dropped, and said to be.
  public var hints: [String] = []

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
      && one.habits == other.habits && one.untranslatable == other.untranslatable && one.hints == other.hints
  }
}

/// What providers of one dialect do differently.
public struct ProviderHabits: Equatable, Sendable {
  /// Where thinking that nobody signed stands in a message of the model's, which goes back with the next turn.
  public enum ThoughtPlace: Sendable {
    /// `reasoning_content`, as DeepSeek named it, or `reasoning`.
    case reasoningContent, reasoning
    /// A part of the content, with models that think.
    case parts
    case nowhere
  }

  /// Its streams end with their usage only where they are asked to; others may refuse to be asked.
  public var asksForStreamUsage = true
  /// What the bound on the output is called; nil goes by the model's name.
  public var outputMaxField: String?
  /// It knows the role `developer`; elsewhere such messages are the system's.
  public var knowsDeveloper = true
  /// Its models' templates take one system message, and that first.
  public var takesOneSystem = false
  /// Messages may name who speaks.
  public var takesNames = true
  public var thoughts = ThoughtPlace.reasoningContent
  /// Identifiers of calls have nine letters and digits, not up to 40 characters.
  public var takesNineLetterIDs = false
  /// Members that it does not know are refused, and those of OpenAI's that say who asks, or count alternatives, are
  /// unknown; a seed is `random_seed`.
  public var refusesUnknown = false
  /// What it calls OpenAI's tiers of service; nil calls them as OpenAI does, and a tier without a word is let go.
  public var tiers: [String: String]?
  /// Its models' signatures are known nowhere else, although others speak its dialect: whose they are elsewhere.
  public var signsAs: Signature.Origin?

  public init() {}
}

/// How the next token is chosen and where the answer ends.
public struct Sampling: Equatable, Sendable {
  /// The most tokens one choice may have.
  public var outputMax: Int64?
  public var temperature: Double?
  public var topP: Double?
  public var topK: Int64?
  public var frequencyPenalty: Double?
  public var presencePenalty: Double?
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
    /// In words: minimal, low, medium, high, xhigh.
    case effort(Effort)
    /// In tokens, which are part of the output.
    case budget(Int64)
    /// The model decides.
    case automatic
  }

  public enum Effort: String, CaseIterable, Sendable {
    case minimal, low, medium, high, xhigh
  }

  public var extent: Extent
  /// The agent wants to read what was thought, or a summary of it.
  public var isShown: Bool

  public init(_ extent: Extent, isShown: Bool) {
    self.extent = extent
    self.isShown = isShown
  }

  /// The documented rule between words and tokens: minimal and low are 1,024 tokens, medium 8,192, high 24,576, xhigh
  /// 32,768; a number of tokens is the greatest word that it pays for.
  public static func budget(of effort: Effort) -> Int64 {
    switch effort {
    case .minimal, .low: 1_024
    case .medium: 8_192
    case .high: 24_576
    case .xhigh: 32_768
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
