// ServerSentEvent: one block of an event stream.

import Bytes

/// What stands between two blank lines of a `text/event-stream`, read as the WHATWG HTML standard says (9.2.6).
public struct ServerSentEvent: Sendable {
  /// Every byte of the block with its blank line: written out one after another, the blocks are the stream again.
  public let raw: ByteSlice
  /// The values of the block's `data` fields, joined by LF. Shares `raw`'s memory when there is one.
  public let data: ByteSlice
  /// The value of the last `event` field; nil where there is none or it is empty, meaning `message`.
  public let event: ByteSlice?
  /// Whether the block has no `data` field, so that a client sees no event: comments that keep a connection alive.
  public let isComment: Bool
}
