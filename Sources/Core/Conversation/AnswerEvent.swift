// AnswerEvent: a piece of a streamed reply, in no provider's words.

import Exchange
import JSON

/// What a stream says next. Every reader keeps to this order, and every writer may rely on it: `began` first and once; a
/// part begins before it grows and ends before its choice finishes, and parts may overlap; every choice finishes once;
/// usage comes any number of times, each time complete; `ended` last, and only where the provider said that it was, or
/// `failed` in the place of `choiceFinished` and `ended`.
public enum AnswerEvent: Equatable, Sendable {
  case began(AnswerStart)
  case partBegan(PartStart, at: PartPlace)
  case partGrew(PartGrowth, at: PartPlace)
  case partEnded(at: PartPlace)
  case choiceFinished(FinishReason, stopSequence: String?, choice: Int)
  /// Replaces what was said before.
  case usageReported(Usage)
  case ended
  /// The provider says that it cannot go on; nothing follows.
  case failed(Fault)
  /// Nothing, but the connection lives.
  case idled
}

public struct AnswerStart: Hashable, Sendable {
  public var id: String
  public var model: String
  /// Seconds since 1970, where the provider says.
  public var createdAt: Int64?

  public init(id: String, model: String, createdAt: Int64? = nil) {
    self.id = id
    self.model = model
    self.createdAt = createdAt
  }
}

/// Which part of which choice, each counted from 0.
public struct PartPlace: Hashable, Sendable {
  public var choice: Int
  public var part: Int

  public init(choice: Int = 0, part: Int) {
    self.choice = choice
    self.part = part
  }
}

public enum PartStart: Hashable, Sendable {
  case text
  case thinking
  /// Comes whole; nothing grows.
  case redactedThinking(Signature)
  case toolUse(id: String, name: String, signature: Signature?)
  case refusal
  /// A picture or a sound that the model made. Comes whole; nothing grows.
  case media(MadeMedia)
}

/// What a model can make beside text.
public enum MadeMedia: Hashable, Sendable {
  case image(Media)
  case audio(Media)

  /// As a part of a whole answer.
  public var part: Part {
    switch self {
    case .image(let media): Part(.image(media))
    case .audio(let media): Part(.audio(media))
    }
  }
}

public enum PartGrowth: Equatable, Sendable {
  /// Text, thinking or refusal, as the part began.
  case text(String)
  /// A piece of the JSON text of a tool's arguments.
  case arguments(String)
  /// Once, at the end of a thinking part.
  case signature(Signature)
  case citation(Citation)
  /// OpenAI's `logprobs` object of these tokens, as it came.
  case logprobs(JSONValue)

  /// Bytes of what the model said, by which a stream is metered until its usage is known.
  public var contentBytes: Int {
    switch self {
    case .text(let text), .arguments(let text): text.utf8.count
    case .signature, .citation, .logprobs: 0
    }
  }
}
