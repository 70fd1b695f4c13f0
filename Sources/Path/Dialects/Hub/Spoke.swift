// Spoke: what each dialect does for the others: to and from the conversation, which stands in the middle.

import Bytes
import Conversation
import Exchange

/// One dialect. On the agent's side it reads requests and writes replies; on the provider's, the other way round.
public protocol Spoke {
  // The agent's side.

  /// Reads a request.
  ///
  /// - Parameters:
  ///   - model: as the agent named it, in the body or in the path.
  ///   - streams: as the body or the path says.
  /// - Throws: a 400 that names the field at fault.
  static func conversation(from body: ByteSlice, model: ModelName, streams: Bool) throws(Fault) -> Conversation

  /// A whole reply. `model` of the answer is the agent's own name for it.
  static func body(of answer: Answer, to conversation: Conversation) -> ByteSlice

  /// Whether an answer has a place for `media`; what has none is left out before it is written, and named.
  static func holds(_ media: MadeMedia) -> Bool

  /// Writes a stream that answers `conversation`.
  static func writer(for conversation: Conversation) -> any AnswerWriter

  /// What an agent of this dialect calls `feature`: `tool_choice`, `generationConfig.topK`.
  static func field(of feature: Feature) -> String

  /// Fields of its agents, features among them, that may be let go whoever is asked.
  static var hints: Hints { get }

  // The provider's side.

  /// Which names of tools its providers take.
  static var toolNames: ToolNameRule { get }

  /// Whether `model` can be told one of `Conversation.extras`.
  static func takes(_ extra: Feature, model: String) -> Bool

  /// The request's body. What cannot be said is left out and put down in `losses`.
  static func body(of conversation: Conversation, losses: inout Losses) -> ByteSlice

  /// The least bound on the output that the provider takes; a smaller one is raised to it.
  static var outputMin: Int64 { get }

  /// Reads a whole reply of a good status. One that the provider broke off has a `failure`. Throws where it is none.
  static func answer(from body: ByteSlice) throws(ShapeFault) -> Answer

  /// Whether the model makes pictures, which is known before any comes.
  static func makesImages(_ model: String) -> Bool

  /// Whether models can be shown what they made themselves, in their own turns.
  static var takesBackMedia: Bool { get }

  /// Reads a stream.
  static func reader() -> any AnswerReader

  /// What an error says: its message, its failover trigger, and its type and code in OpenAI's words
  /// (`invalid_request_error`, `rate_limit_error`, ...), from which every dialect makes its own.
  ///
  /// - Parameters:
  ///   - status: that of the reply; nil for an error that stands in the place of an answer: an event of a stream, or the
  ///     body of a reply of a good status.
  ///   - body: the reply's, or the event's data.
  static func fault(status: Int?, body: ByteSlice) -> Fault
}

extension Spoke {
  public static func holds(_ media: MadeMedia) -> Bool { false }
  public static func makesImages(_ model: String) -> Bool { false }
  public static var takesBackMedia: Bool { false }
}

extension Spoke {
  public static func takes(_ extra: Feature, model: String) -> Bool { false }
}

extension Spoke {
  public static var outputMin: Int64 { 1 }
}

/// Reads a provider's stream.
public protocol AnswerReader {
  /// Takes the whole events at the front of `bytes`, whose framing it knows, and leaves what has not come whole.
  ///
  /// - Parameter hasEnded: no more bytes will come.
  /// - Throws: where the bytes cannot be what the provider means to say.
  mutating func read(_ bytes: inout ByteBuffer, hasEnded: Bool) throws(ShapeFault) -> [AnswerEvent]
}

/// Writes an agent's stream.
public protocol AnswerWriter {
  /// Appends what the agent is sent for `event`, which may be nothing.
  mutating func write(_ event: AnswerEvent, to buffer: inout ByteBuffer)
}

/// A text that does not have the shape its dialect says.
public struct ShapeFault: Error, Hashable, Sendable {
  /// `messages[2].content[0].text`; empty for the whole.
  public var path: String
  /// `must be a string`; a whole sentence's predicate.
  public var problem: String

  public init(path: String, problem: String) {
    self.path = path
    self.problem = problem
  }

  public var message: String { path.isEmpty ? "the body \(problem)" : "\(path) \(problem)" }

  /// As an agent that sent it is told.
  public var fault: Fault {
    Fault(
      party: .agent, status: 400, type: "invalid_request_error", code: "invalid_value",
      param: path.isEmpty ? nil : path,
      message: "\(path.isEmpty ? "The body" : path) \(problem).")
  }
}
