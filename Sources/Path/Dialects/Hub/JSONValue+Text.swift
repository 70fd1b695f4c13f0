// JSONValue+Text: a value as the text of its own.

import Bytes
import JSON

extension JSONValue {
  /// Compact JSON.
  package var bytes: ByteSlice {
    var buffer = ByteBuffer(minimumCapacity: 256)
    write(into: &buffer)
    return buffer.take()
  }

  /// The same as a string.
  package var text: String { text(isSpaced: false) }

  package func text(isSpaced: Bool) -> String {
    var buffer = ByteBuffer(minimumCapacity: 128)
    write(into: &buffer, isSpaced: isSpaced)
    return String(buffer.span)
  }
}
