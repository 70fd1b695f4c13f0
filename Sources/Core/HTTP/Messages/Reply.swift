// Reply: what a provider answers, in the order it arrives.

import Bytes

/// The head of a final reply (status 200 and up).
public struct ReplyHead: Sendable {
  public let status: Int
  public let head: Head
  /// Bytes of body to come, where the head says so; nil when chunked or until the connection closes.
  public let contentLength: Int?
}

/// What the decoder found next in a provider's bytes.
public enum ReplyEvent: Sendable {
  /// Nothing until more bytes arrive.
  case needMore
  case head(ReplyHead)
  /// Bytes were appended to the caller's body buffer.
  case body
  /// The reply is complete; whether the connection may carry another one.
  case end(keepsAlive: Bool)
}
