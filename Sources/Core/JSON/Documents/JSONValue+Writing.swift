// JSONValue+Writing: a document back to text.

import Bytes

extension JSONValue {
  /// Appends the value as compact JSON: no spaces, members in their order, reals in the fewest digits that read back
  /// as the same number (jansson's own writer turns 0.7 into 0.69999999999999996), those too big for it as they came.
  ///
  /// - Parameter isSpaced: a space stands behind each comma and colon, as in the examples of most providers.
  public func write(into buffer: inout ByteBuffer, isSpaced: Bool = false) {
    switch kind {
    case .integer where wideKind != nil, .real where wideKind != nil: withWideText { buffer.append($0) }
    case .object:
      var separator: StaticString = "{"
      forEachMember { name, value in
        buffer.append(separator)
        separator = isSpaced ? ", " : ","
        JSONText.appendQuoted(name, to: &buffer)
        buffer.append(isSpaced ? ": " : ":")
        value.write(into: &buffer, isSpaced: isSpaced)
      }
      buffer.append(count == 0 ? "{}" : "}")
    case .array:
      buffer.append("[")
      for index in 0..<count {
        if index > 0 { buffer.append(isSpaced ? ", " : ",") }
        self[index]!.write(into: &buffer, isSpaced: isSpaced)
      }
      buffer.append("]")
    case .string: withText { JSONText.appendQuoted($0, to: &buffer) }
    case .integer: buffer.append(decimal: Int(integer!))
    case .real: buffer.append(double!.description)
    case .boolean: buffer.append(bool! ? "true" : "false")
    case .null: buffer.append("null")
    }
  }
}
