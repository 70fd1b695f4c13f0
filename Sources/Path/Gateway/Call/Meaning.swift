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
    if endpoint.kind == .count, let spoke = dialect.adapter.counting {
      self = .count(try spoke.conversation(counting: request.body, model: model))
    } else if endpoint.kind == .conversation, let spoke = dialect.adapter.conversations {
      self = .conversation(try spoke.conversation(from: request.body, model: model, streams: streams))
    } else if endpoint.kind == .embedding, let spoke = dialect.adapter.embeddings {
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

extension Meaning {
  /// What was let go while the request was read.
  var hints: [String] {
    if case .conversation(let conversation) = self { conversation.hints } else { [] }
  }
}

extension Call {
  /// It must be put into its own dialect's plain words, even for a provider that speaks it.
  var carriesForeignThoughts: Bool { endpoint.kind == .conversation && body?.facts.carriesForeignThoughts ?? false }

  /// OpenAI's chat completions, by whichever path.
  var asksOpenAIChat: Bool { dialect == .openAI && endpoint.kind == .conversation }

  /// Whether a backend that speaks `dialect` can be asked: in the agent's own words, or in others.
  func canBeAsked(in dialect: Dialect) -> Bool {
    if dialect == self.dialect { return true }
    if endpoint.kind == .count { return self.dialect.adapter.counting != nil && dialect.adapter.counting != nil }
    if endpoint.kind == .conversation {
      return self.dialect.adapter.conversations != nil && dialect.adapter.conversations != nil
    }
    return endpoint.kind == .embedding && self.dialect.adapter.embeddings != nil && dialect.adapter.embeddings != nil
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
