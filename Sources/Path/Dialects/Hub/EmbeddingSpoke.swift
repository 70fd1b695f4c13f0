// EmbeddingSpoke: what each dialect that has embeddings does for the others.

import Bytes
import Conversation
import Exchange

/// One dialect's embeddings, as `Spoke` is its conversations.
public protocol EmbeddingSpoke {
  // The agent's side.

  /// Reads a request.
  ///
  /// - Parameter model: as the agent named it, in the body or in the path.
  /// - Throws: a 400 that names the field at fault.
  static func embeddingRequest(from body: ByteSlice, model: ModelName) throws(Fault) -> EmbeddingRequest

  /// A whole reply. `model` of the answer is the agent's own name for it.
  static func body(of answer: EmbeddingAnswer, to request: EmbeddingRequest) -> ByteSlice

  // The provider's side.

  /// How many inputs one request of this model may hold.
  static func embeddingInputsMax(of model: String) -> Int

  /// The request's body. What cannot be said is left out and put down in `losses`.
  static func body(of request: EmbeddingRequest, losses: inout Losses) -> ByteSlice

  /// Reads a whole reply of a good status to a request for `model`. Throws where it is none.
  static func embeddingAnswer(from body: ByteSlice, model: String) throws(ShapeFault) -> EmbeddingAnswer
}
