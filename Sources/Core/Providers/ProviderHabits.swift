// ProviderHabits: what providers of one dialect do differently, as every call must heed it.

/// Handed to whoever changes the agent's bytes for a provider of the same dialect, to whoever writes a body anew for one of
/// another, and to whoever books what came of it. A few bytes without references: it is kept beside each connection pool.
public struct ProviderHabits: Hashable, Sendable {
  /// Where thinking that nobody signed stands in a message of the model's, which goes back with the next turn.
  public enum ThoughtPlace: Sendable {
    /// `reasoning_content`, as DeepSeek named it, or `reasoning`.
    case reasoningContent, reasoning
    /// A part of the content, with models that think.
    case parts
    case nowhere
  }

  /// What it calls OpenAI's tiers of service.
  public enum Tiers: Sendable {
    case asOpenAI
    /// It has none: they are let go.
    case none
    /// console.groq.com/docs/service-tiers: `on_demand` and `flex`.
    case onDemand

    /// nil where OpenAI's words hold; a tier that is not among them is let go.
    public var words: [String: String]? {
      switch self {
      case .asOpenAI: nil
      case .none: [:]
      case .onDemand: ["default": "on_demand", "flex": "flex"]
      }
    }
  }

  /// Whose its models' signatures are, where they are known nowhere else although others speak its dialect.
  public enum Signer: String, Sendable {
    case vertex, azure
  }

  /// A stream of OpenAI's dialect ends with its usage only where `stream_options.include_usage` asks for it. Where this is
  /// false it ends so unasked, and to be asked may be an error.
  public var asksForStreamUsage = true
  /// What the bound on a chat's output is called; nil goes by the model's name, where it says whose the model is.
  public var outputMaxField: OutputMaxField?
  /// It stops to generate, and to bill, when a stream is hung up on. Whole replies are billed in full by all.
  public var stopsWhenLeft = true
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
  public var tiers = Tiers.asOpenAI
  public var signsAs: Signer?

  public init(
    asksForStreamUsage: Bool = true, outputMaxField: OutputMaxField? = nil, stopsWhenLeft: Bool = true,
    knowsDeveloper: Bool = true, takesOneSystem: Bool = false, takesNames: Bool = true,
    thoughts: ThoughtPlace = .reasoningContent, takesNineLetterIDs: Bool = false, refusesUnknown: Bool = false,
    tiers: Tiers = .asOpenAI, signsAs: Signer? = nil
  ) {
    self.asksForStreamUsage = asksForStreamUsage
    self.outputMaxField = outputMaxField
    self.stopsWhenLeft = stopsWhenLeft
    self.knowsDeveloper = knowsDeveloper
    self.takesOneSystem = takesOneSystem
    self.takesNames = takesNames
    self.thoughts = thoughts
    self.takesNineLetterIDs = takesNineLetterIDs
    self.refusesUnknown = refusesUnknown
    self.tiers = tiers
    self.signsAs = signsAs
  }

  /// What the bound is called in a body that is the agent's own but for the bound. Who asks OpenAI's way for whatever model
  /// is sent the name that OpenAI's own models demand.
  public var addedOutputMaxField: OutputMaxField { outputMaxField ?? .maxCompletionTokens }
}

/// The names under which OpenAI's dialect bounds the output.
public enum OutputMaxField: String, Sendable {
  case maxTokens = "max_tokens"
  case maxCompletionTokens = "max_completion_tokens"
  case maxOutputTokens = "max_output_tokens"
}
