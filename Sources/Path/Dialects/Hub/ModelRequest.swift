// ModelRequest: what the gateway must know of a request, found without building a tree.

import Bytes
import Conversation
import Exchange

/// A request body with the places of the fields the gateway reads or changes.
public protocol ModelRequest: AnyObject, Sendable {
  var body: ByteSlice { get }
  /// The model the body names; nil where it names none.
  var model: ModelName? { get }
  var wantsStream: Bool { get }
  /// The agent asked for usage in the stream itself, or the dialect always has it.
  var wantsStreamUsage: Bool { get }
  /// The most output one choice may have, as the agent asked; nil where it did not say.
  var outputMax: TokenCount? { get }
  /// How many texts the provider is asked to write.
  var choices: Int64 { get }

  /// Whether it is known where a bound on the output would be written.
  var takesBound: Bool { get }

  /// The pieces of the body as one candidate gets it, sharing the agent's memory, in order.
  func body(with changes: RequestChanges) -> [ByteSlice]
}

extension ModelRequest {
  public var takesBound: Bool { true }
}

/// What is changed for one candidate; everything else is sent as it came.
public struct RequestChanges: Sendable {
  /// The name the backend is asked for, where it is not the one in the body.
  public var model: ModelName?
  /// Ask for the usage chunk of a stream.
  public var addsStreamUsage = false
  /// The most output tokens one choice may have: lowered where the agent gave a bound, never raised.
  public var outputMax: TokenCount?
  /// What `outputMax` is called where the agent gave no bound and the dialect has two names for it.
  public var outputMaxField = OutputMaxField.maxTokens
  /// What a provider of chat completions spells otherwise; nil where none is asked.
  public var habits: ProviderHabits?
  /// The body is of OpenAI's responses, which bound the identifiers of calls.
  public var shortensCallIDs = false

  public init() {}
}

/// The names under which OpenAI's dialect bounds the output.
public enum OutputMaxField: String, Sendable {
  case maxTokens = "max_tokens"
  case maxCompletionTokens = "max_completion_tokens"
  case maxOutputTokens = "max_output_tokens"
}
