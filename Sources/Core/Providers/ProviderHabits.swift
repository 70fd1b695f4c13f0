// ProviderHabits: what providers of one dialect do differently, as every call must heed it.

/// Handed to whoever changes the agent's bytes for a provider of the same dialect, to whoever writes a body anew for one of
/// another, and to whoever books what came of it. A few bytes without references: it is kept beside each connection pool.
public struct ProviderHabits: Hashable, Sendable {
  /// A stream of OpenAI's dialect ends with its usage only where `stream_options.include_usage` asks for it. Where this is
  /// false it ends so unasked, and to be asked may be an error.
  public var asksForStreamUsage: Bool
  /// What the bound on a chat's output is called; nil goes by the model's name, where it says whose the model is.
  public var outputMaxField: OutputMaxField?
  /// It stops to generate, and to bill, when a stream is hung up on. Whole replies are billed in full by all.
  public var stopsWhenLeft: Bool

  public init(
    asksForStreamUsage: Bool = true, outputMaxField: OutputMaxField? = nil, stopsWhenLeft: Bool = true
  ) {
    self.asksForStreamUsage = asksForStreamUsage
    self.outputMaxField = outputMaxField
    self.stopsWhenLeft = stopsWhenLeft
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
