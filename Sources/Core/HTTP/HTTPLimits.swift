// HTTPLimits: how much of a message is read before it is refused.

/// Bounds on what one peer can make us hold. Every number is a maximum; exceeding it is an `HTTPError`, never a crash.
public struct HTTPLimits: Hashable, Sendable {
  /// Bytes of a head, from its first line to its blank line. 431, or 414 when the first line alone is longer.
  public var headBytesMax = 64 << 10
  /// Bytes of a request's body, decoded. 413. Replies are handed on as they arrive and have no such bound.
  public var bodyBytesMax = 64 << 20
  /// Fields in a head. 431.
  public var fieldsMax = 256
  /// Bytes between two pieces of chunked data (line break, size, extensions) or after the last (trailers). 400.
  public var chunkFramingBytesMax = 8 << 10
  /// Heads with a 1xx status before a reply's own head.
  public var interimRepliesMax = 8
  /// Bytes of one server-sent event, with its field names and its blank line.
  public var eventBytesMax = 8 << 20

  public init() {}
}
