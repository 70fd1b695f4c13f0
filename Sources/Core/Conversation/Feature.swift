// Feature: what a dialect may have no word for, and what became of it.

/// Something a request can ask for that not every dialect can express. Every dialect has its own name for each, which is
/// what an agent is told when its request cannot be carried.
public enum Feature: String, CaseIterable, Hashable, Sendable {
  case outputMax, temperature, topP, topK, frequencyPenalty, presencePenalty, stop, seed, choices, logprobs
  case format, schema, reasoning, tools, toolName, strictTools, toolChoice, parallelTools, webSearch
  case messageName, systemMessage, image, imageURL, imageDetail, document, documentURL, file, audio
  case toolResultMedia, toolError, toolSignature, thinking, citations, cacheMarker
  case user, metadata, serviceTier, streamUsage
  /// What an answer holds beside text; they are named only where an answer had them.
  case answerImage, answerAudio
  /// What OpenAI's two dialects have and nobody else: `Conversation.extras`.
  case verbosity, promptCacheKey, promptCacheRetention, safetyIdentifier
  case embeddingTokens, embeddingDimensions, embeddingPurpose

  /// Steers how an answer is made and not what it is about: whoever has no word for it is asked without, unless the policy
  /// is strict.
  public var isPreference: Bool {
    switch self {
    case .temperature, .topP, .topK, .frequencyPenalty, .presencePenalty, .seed, .reasoning, .strictTools, .messageName,
      .imageDetail, .embeddingPurpose:
      true
    default: false
    }
  }

  /// What it is called where no dialect's own name is asked for: `frequency_penalty`.
  public var name: String {
    rawValue.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
  }
}

/// What an encoder could not say as it was said.
public struct Losses: Hashable, Sendable {
  /// Left out: the candidate may be asked only if these are hints, or the policy lets them be dropped.
  public private(set) var dropped: Set<Feature> = []
  /// Said otherwise, by a rule the dialect's page documents.
  public private(set) var approximated: Set<Feature> = []

  public init() {}

  public mutating func drop(_ feature: Feature) { dropped.insert(feature) }
  public mutating func approximate(_ feature: Feature) { approximated.insert(feature) }

  /// Takes in what was lost elsewhere.
  public mutating func formUnion(_ other: Losses) {
    dropped.formUnion(other.dropped)
    approximated.formUnion(other.approximated)
  }

  /// Drops `feature` where `value` is given.
  public mutating func drop(_ feature: Feature, ifGiven value: (some Any)?) {
    if value != nil { dropped.insert(feature) }
  }
}
