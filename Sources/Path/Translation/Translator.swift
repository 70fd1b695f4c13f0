// Translator: which spoke speaks which dialect.

import Exchange

extension Dialect {
  /// What reads and writes this dialect; nil where nobody does yet.
  public var spoke: (any Spoke.Type)? {
    switch self {
    case .openAI: nil
    case .responses: nil
    case .anthropic: nil
    case .gemini: nil
    case .bedrock: nil
    case .cohere: nil
    }
  }
}
