// Endpoint+Dialect: which language is spoken at which door.

import Bytes
import Dialects
import Guard
import HTTP

extension Endpoint {
  var dialect: Dialect {
    switch self {
    case .messages, .countTokens: .anthropic
    case .chatCompletions, .completions, .embeddings, .models, .model, .passThrough: .openAI
    }
  }
}

extension Request {
  /// The language of an agent whose request was refused before anybody knew what it asks for.
  var dialect: Dialect {
    let path = path
    return path.starts(with: "/v1/messages") || path.starts(with: "/anthropic/") ? .anthropic : .openAI
  }
}
