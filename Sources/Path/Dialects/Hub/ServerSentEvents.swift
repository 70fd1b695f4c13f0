// ServerSentEvents: the events of a provider's stream, for readers whose dialect is framed so.

import Bytes
import HTTP

/// A decoder that can be kept in a value that is copied before it is used, as readers are.
package final class ServerSentEvents {
  private var decoder = EventStreamDecoder()

  package init() {}

  /// The next whole event; after the stream's end also one that lacks its blank line.
  package func next(from bytes: inout ByteBuffer, hasEnded: Bool) throws(ShapeFault) -> ServerSentEvent? {
    do throws(HTTPError) {
      if let event = try decoder.next(from: &bytes) { return event }
    } catch {
      throw ShapeFault(path: "", problem: "has a server-sent event that is too large")
    }
    return hasEnded ? decoder.last(from: &bytes) : nil
  }
}
