// Documents: JSON as tests write it down.

import Bytes
import JSON

func json(_ text: String) -> JSONValue {
  guard let value = try? JSONValue.parse(text.utf8.span) else { preconditionFailure("not JSON: \(text)") }
  return value
}

func text(_ value: JSONValue) -> String {
  var buffer = ByteBuffer()
  value.write(into: &buffer)
  return String(buffer.span)
}
