// EventFrame: the one writer of server-sent events (html.spec.whatwg.org/multipage/server-sent-events.html).

import Bytes
import JSON

/// `event: NAME`, `data: JSON` and a blank line, as all dialects but Amazon's frame what they stream.
package enum EventFrame {
  /// - Parameter name: nil for dialects whose events have none.
  package static func append(_ data: ByteSlice, as name: StaticString? = nil, to buffer: inout ByteBuffer) {
    begin(name, in: &buffer)
    buffer.append(data)
    end(in: &buffer)
  }

  package static func append(_ data: JSONValue, as name: StaticString? = nil, to buffer: inout ByteBuffer) {
    begin(name, in: &buffer)
    data.write(into: &buffer)
    end(in: &buffer)
  }

  /// One event alone.
  package static func event(_ data: JSONValue, as name: StaticString? = nil) -> ByteSlice {
    var buffer = ByteBuffer(minimumCapacity: 512)
    append(data, as: name, to: &buffer)
    return buffer.take()
  }

  /// For those who write the data, on one line, into the buffer themselves.
  package static func begin(_ name: StaticString? = nil, in buffer: inout ByteBuffer) {
    if let name {
      buffer.append("event: ")
      buffer.append(name)
      buffer.append("\n")
    }
    buffer.append("data: ")
  }

  package static func end(in buffer: inout ByteBuffer) { buffer.append("\n\n") }

  /// What OpenAI's chat, and nobody else, ends with.
  package static func appendDone(to buffer: inout ByteBuffer) {
    begin(in: &buffer)
    buffer.append("[DONE]")
    end(in: &buffer)
  }

  /// A comment that says nothing: the connection lives.
  package static func appendIdle(to buffer: inout ByteBuffer) { buffer.append(": \n\n") }
}
