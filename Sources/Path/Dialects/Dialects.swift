// Stage 6 of 8: takes the agent's body, gives the body a provider understands; the same for replies and streams.
//
// Dialects: the list of them.

import Anthropic
import Bedrock
import Cohere
import Exchange
import Gemini
import Hub
import OpenAI
import Responses

extension Dialect {
  /// What is known about this dialect.
  public var adapter: any DialectAdapter {
    switch self {
    case .openAI: OpenAIAdapter()
    case .responses: ResponsesAdapter()
    case .anthropic: AnthropicAdapter()
    case .gemini: GeminiAdapter()
    case .bedrock: BedrockAdapter()
    case .cohere: CohereAdapter()
    }
  }
}

extension EndpointRow {
  /// The catalogue, dialect by dialect.
  public static let all = [Dialect.openAI, .responses, .anthropic, .gemini, .bedrock, .cohere].flatMap {
    $0.adapter.endpoints
  }
}

extension EndpointRouter {
  /// What the gateway serves, in every dialect. Of a path that several have, the first here speaks for requests that do not
  /// say which they are.
  public static let all = EndpointRouter(EndpointRow.all)
}
