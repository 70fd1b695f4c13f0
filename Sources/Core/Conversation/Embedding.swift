// Embedding: texts to be turned into vectors, and the vectors, in no provider's words.

import Exchange

public struct EmbeddingRequest: Equatable, Sendable {
  public enum Input: Hashable, Sendable {
    case text(String)
    /// Numbers of the model's own vocabulary.
    case tokens([Int64])
  }

  /// What the vectors are for, where a model makes different ones.
  public enum Purpose: String, CaseIterable, Hashable, Sendable {
    case query, document, classification, clustering, similarity
  }

  public var model: String
  public var inputs: [Input]
  public var dimensions: Int64?
  public var purpose: Purpose?
  /// Vectors as base64 of little-endian 32-bit floats.
  public var wantsBase64 = false
  /// The agent asked for the vector of one text and not for a list, where its dialect tells them apart.
  public var isLone = false
  public var user: String?
  /// As in `Conversation`.
  public var untranslatable: [String] = []

  public init(model: String, inputs: [Input]) {
    self.model = model
    self.inputs = inputs
  }
}

public struct EmbeddingAnswer: Equatable, Sendable {
  public var id: String?
  public var model: String
  /// One for each input, in order.
  public var vectors: [[Float]]
  public var usage: Usage?

  public init(model: String, vectors: [[Float]], usage: Usage? = nil) {
    self.model = model
    self.vectors = vectors
    self.usage = usage
  }
}
