// Endpoint+Dialect: which language is spoken at which door.

import Bytes
import Dialects
import Exchange
import Guard
import HTTP

extension Endpoint {
  var dialect: Dialect {
    switch self {
    case .messages, .countTokens: .anthropic
    case .gemini: .gemini
    case .chatCompletions, .completions, .embeddings, .models, .model, .passThrough: .openAI
    }
  }
}

extension Endpoint {
  /// Counts tokens and generates nothing, which is free of charge.
  var countsOnly: Bool {
    switch self {
    case .countTokens, .gemini(.countTokens, _): true
    default: false
    }
  }
}

extension Dialect {
  /// Which of a secret's header lines carries the key (`Policy.Credential.forms`).
  var secretForm: Int { self == .openAI ? 0 : 1 }
}

extension Request {
  /// The language of an agent whose request was refused before anybody knew what it asks for.
  var dialect: Dialect {
    let path = path
    if path.starts(with: "/v1beta/") { return .gemini }
    return path.starts(with: "/v1/messages") || path.starts(with: "/anthropic/") ? .anthropic : .openAI
  }
}
