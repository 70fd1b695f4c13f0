// Meaning: what a call asks for, understood once for all candidates that speak another dialect.

import Bytes
import Conversation
import Exchange
import Guard
import HTTP
import Hub

/// What a call asks for, in no dialect's words. Made once a call, when the first candidate needs it; every candidate
/// is encoded from it anew.
indirect enum Meaning {
  case conversation(Conversation)
  case embedding(EmbeddingRequest)
  /// Only its tokens are to be counted.
  case count(Conversation)

  /// Throws a 400 that names the field at fault, or a 422 where the dialects have no words for what is asked.
  init(of request: Request, at endpoint: Endpoint, in dialect: Dialect, model: ModelName, streams: Bool) throws(Fault) {
    if endpoint.countsOnly, let spoke = dialect.countingSpoke {
      self = .count(try spoke.conversation(counting: request.body, model: model))
    } else if endpoint.isConversation, let spoke = dialect.spoke {
      self = .conversation(try spoke.conversation(from: request.body, model: model, streams: streams))
    } else if endpoint.isEmbedding, let spoke = dialect.embeddingSpoke {
      self = .embedding(try spoke.embeddingRequest(from: request.body, model: model))
    } else {
      throw Self.untranslatable(request)
    }
  }

  static func untranslatable(_ request: Request) -> Fault {
    Fault(
      party: .agent, status: 422, type: "invalid_request_error", code: "untranslatable_path",
      message: "\(String(request.path)) is not translated: no backend that could be asked serves it as it is.")
  }

  /// Fields of the agent's that no other dialect has words for.
  var untranslatable: [String] {
    switch self {
    case .conversation(let conversation): conversation.untranslatable
    case .embedding(let request): request.untranslatable
    // Nothing is answered, so nothing can be answered wrongly.
    case .count: []
    }
  }
}

extension Call {
  /// Earlier turns were answered in another dialect, and what the agent sends back of them has marks of it (`ORIGIN:TEXT`,
  /// `thinking_blocks`) that a provider of the agent's own dialect would refuse: it is translated into its own words.
  var carriesForeignThoughts: Bool {
    guard endpoint.isConversation else { return false }
    let request = request
    let body = request.body
    let bytes = body.span
    let isGoogles = bytes.contains("\"gemini:") || bytes.contains("\"vertex:")
    let isOpenAIs = bytes.contains("\"openAI:") || bytes.contains("\"azure:")
    switch dialect {
    case .openAI: return bytes.contains("\"thinking_blocks\"") || bytes.contains("\"thought_signature\"")
    case .gemini:
      // In base64, as its signatures are: `claude:`, `openAI:`, `vertex:`, `azure:`.
      return bytes.contains("\"Y2xhdWRlO") || bytes.contains("\"b3BlbkFJO") || bytes.contains("\"dmVydGV4O")
        || bytes.contains("\"YXp1cmU6")
    case .anthropic, .bedrock: return isGoogles || isOpenAIs
    case .responses: return bytes.contains("\"claude:") || isGoogles || bytes.contains("\"azure:")
    case .cohere: return bytes.contains("\"claude:") || isGoogles || isOpenAIs
    }
  }

  /// Whether a backend that speaks `dialect` can be asked: in the agent's own words, or in others.
  func canBeAsked(in dialect: Dialect) -> Bool {
    if dialect == self.dialect { return true }
    if endpoint.countsOnly { return self.dialect.countingSpoke != nil && dialect.countingSpoke != nil }
    if endpoint.isConversation { return self.dialect.spoke != nil && dialect.spoke != nil }
    return endpoint.isEmbedding && self.dialect.embeddingSpoke != nil && dialect.embeddingSpoke != nil
  }

  /// What the call asks for; decoded once.
  func understand() throws(Fault) -> Meaning {
    if let meaning { return meaning }
    let found = try Meaning(
      of: request, at: endpoint, in: dialect, model: model ?? ModelName(""), streams: body?.wantsStream ?? false)
    meaning = found
    return found
  }
}
