// Dialect+Wording: what the gateway says in its own words, in each dialect.

import Bytes
import Exchange
import JSON

extension Dialect {
  /// What went wrong, as the dialect's SDKs expect to be told; `details` are further members of the error.
  public func body(of fault: Fault, details: [(name: String, value: JSONValue)] = []) -> ByteSlice {
    switch self {
    case .openAI, .responses: OpenAIError.body(of: fault, details: details)
    case .cohere: CohereError.body(of: fault, details: details)
    case .anthropic: AnthropicError.body(of: fault, details: details)
    case .gemini: GeminiError.body(of: fault, details: details)
    case .bedrock: BedrockError.body(of: fault, details: details)
    }
  }

  /// The same as the last event of a stream that cannot go on.
  ///
  /// - Parameters:
  ///   - trail: what has been passed on of it.
  ///   - model: as the agent named it.
  public func event(of fault: Fault, after trail: StreamTrail, model: ModelName?) -> ByteSlice {
    switch self {
    case .openAI: OpenAIError.event(of: fault)
    case .responses: ResponsesError.event(of: fault, after: trail, model: model)
    case .cohere: CohereError.event(of: fault)
    case .anthropic: AnthropicError.event(of: fault)
    case .gemini: GeminiError.event(of: fault)
    case .bedrock: BedrockError.event(of: fault)
    }
  }

  /// The events that end a stream legally where its budget ends: the model is said to have reached its most tokens.
  ///
  /// - Parameters:
  ///   - last: the payload of the last event the agent was sent; with Bedrock, the data that `StreamEvent.reading` gave.
  ///   - usage: what will be booked.
  public func ending(after last: ByteSlice, of request: any ModelRequest, usage: Usage) -> ByteSlice {
    switch self {
    case .openAI: OpenAIEnding.events(after: last, of: request, usage: usage)
    case .responses: ResponsesEnding.events(after: last, of: request, usage: usage)
    case .cohere: CohereEnding.events(after: last, usage: usage)
    case .anthropic: AnthropicEnding.events(after: last, usage: usage)
    case .gemini: GeminiEnding.events(after: last, of: request, usage: usage)
    case .bedrock: BedrockEnding.events(after: last, usage: usage)
    }
  }
}
