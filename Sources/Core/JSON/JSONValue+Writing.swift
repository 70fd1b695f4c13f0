// JSONValue+Writing: a document back to text.

import Bytes

extension JSONValue {
  /// Appends the value as compact JSON: no spaces, members in their order, reals in the fewest digits that read back
  /// as the same number (jansson's own writer turns 0.7 into 0.69999999999999996).
  public func write(into buffer: inout ByteBuffer) {
    switch kind {
    case .object:
      buffer.append("{")
      for (index, member) in members!.enumerated() {
        if index > 0 { buffer.append(",") }
        JSONText.appendQuoted(member.name, to: &buffer)
        buffer.append(":")
        member.value.write(into: &buffer)
      }
      buffer.append("}")
    case .array:
      buffer.append("[")
      for (index, element) in elements!.enumerated() {
        if index > 0 { buffer.append(",") }
        element.write(into: &buffer)
      }
      buffer.append("]")
    case .string: JSONText.appendQuoted(string!, to: &buffer)
    case .integer: buffer.append(decimal: Int(integer!))
    case .real: buffer.append(double!.description)
    case .boolean: buffer.append(bool! ? "true" : "false")
    case .null: buffer.append("null")
    }
  }
}
