// EventStreamDecoding: a provider's server-sent events, for the readers of every dialect that streams them.

import Bytes
import HTTP

/// `EventStreamDecoder` as a reader keeps it, its faults those of a text without its shape.
struct EventStreamDecoding {
  private final class Kept {
    var decoder = EventStreamDecoder()
  }

  private let kept = Kept()

  /// The next event at the front of `bytes`; nil when more bytes are needed. What stands behind the last blank line is an
  /// event where no more bytes will come.
  mutating func next(from bytes: inout ByteBuffer, hasEnded: Bool) throws(ShapeFault) -> ServerSentEvent? {
    do throws(HTTPError) {
      if let event = try kept.decoder.next(from: &bytes) { return event }
    } catch {
      throw ShapeFault(path: "", problem: "has an event that is too large")
    }
    return hasEnded ? kept.decoder.last(from: &bytes) : nil
  }
}
