// Answer: a provider's complete reply, in no provider's words.

import Exchange
import JSON

/// What a model answered.
public struct Answer: Equatable, Sendable {
  /// The provider's name for this reply; made up where it has none.
  public var id: String
  public var model: String
  /// Seconds since 1970, where the provider says.
  public var createdAt: Int64?
  public var choices: [AnswerChoice]
  /// nil where the provider did not say.
  public var usage: Usage?
  public var serviceTier: String?
  /// The provider says that it broke the answer off; the choices hold what it said before.
  public var failure: Fault?

  public init(id: String, model: String, choices: [AnswerChoice] = [], usage: Usage? = nil) {
    self.id = id
    self.model = model
    self.choices = choices
    self.usage = usage
  }
}

/// One of the answers asked for.
public struct AnswerChoice: Equatable, Sendable {
  public var parts: [Part]
  public var finish: FinishReason
  /// Which of the stop texts ended it.
  public var stopSequence: String?
  /// OpenAI's `logprobs` object, as it came.
  public var logprobs: JSONValue?

  public init(_ parts: [Part], _ finish: FinishReason, stopSequence: String? = nil) {
    self.parts = parts
    self.finish = finish
    self.stopSequence = stopSequence
  }
}

/// Why an answer ended. A reason nobody knows is `stop`; one that says that the answer was broken off is none of these, but a
/// failure.
public enum FinishReason: String, CaseIterable, Hashable, Sendable {
  case stop
  /// The most tokens were reached.
  case length
  case toolUse
  /// A filter of the provider's took the rest away.
  case contentFilter
  /// The model would not answer.
  case refusal
  /// The provider wants the same turn sent again, to go on with it.
  case pause
}
