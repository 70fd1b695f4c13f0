// JSONValue+Any: reads what no body is: a lone string, number, boolean or null.

import Bytes
import JSON
import Testing

extension JSONValue {
  static func parseAny(_ bytes: Span<UInt8>) throws -> JSONValue {
    var array = ByteBuffer()
    array.append("[")
    array.append(bytes)
    array.append("]")
    return try #require(try parse(array.span)[0])
  }
}
