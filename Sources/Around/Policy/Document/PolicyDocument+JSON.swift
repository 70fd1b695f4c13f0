// PolicyDocument+JSON: the same document as JSON, which is what the control protocol carries and patches.

import Bytes
import JSON

extension PolicyDocument {
  /// Compact JSON that spells the same policy, members in their order. Where a key is repeated, which `policy()` reports,
  /// its first value stands.
  public var json: [UInt8] {
    var buffer = ByteBuffer()
    root.write(into: &buffer)
    let bytes = buffer.span
    return [UInt8](bytes)
  }
}

extension Node {
  func write(into buffer: inout ByteBuffer) {
    switch value {
    case .string(let text): JSONText.appendQuoted(text, to: &buffer)
    case .number(let text): Self.write(number: text, into: &buffer)
    case .bool(let flag): buffer.append(flag ? "true" : "false")
    case .null: buffer.append("null")
    case .sequence(let nodes):
      buffer.append("[")
      for (index, node) in nodes.enumerated() {
        if index > 0 { buffer.append(",") }
        node.write(into: &buffer)
      }
      buffer.append("]")
    case .mapping(let entries):
      buffer.append("{")
      var firsts = FirstEntries(of: entries)
      for (index, entry) in entries.enumerated() where firsts.entry(like: index) == nil {
        if index > 0 { buffer.append(",") }
        JSONText.appendQuoted(entry.key, to: &buffer)
        buffer.append(":")
        entry.value.write(into: &buffer)
      }
      buffer.append("}")
    }
  }

  /// YAML spells numbers that JSON does not know (YAML 1.2, 10.3.2): `.5`, `1.`, `+1` and `007` are respelled; `0x1F`,
  /// `.inf` and `.nan`, which no field of a policy takes, become text, so that they are refused there as here.
  private static func write(number text: String, into buffer: inout ByteBuffer) {
    var rest = text.utf8[...]
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
    let whole = rest.prefix(while: \.isDigit)
    rest = rest.dropFirst(whole.count)
    var fraction = rest.prefix(0)
    let hasPoint = rest.first == UInt8(ascii: ".")
    if hasPoint {
      fraction = rest.dropFirst().prefix(while: \.isDigit)
      rest = rest.dropFirst(1 + fraction.count)
    }
    // Whatever is left is an exponent or no decimal number at all.
    let isDecimal = !(whole.isEmpty && fraction.isEmpty) && (rest.isEmpty || rest.first! | 32 == UInt8(ascii: "e"))
    guard isDecimal else {
      JSONText.appendQuoted(text, to: &buffer)
      return
    }
    let significant = whole.drop { $0 == UInt8(ascii: "0") }
    if isNegative { buffer.append("-") }
    buffer.append(significant.isEmpty ? "0" : String(Substring(significant)))
    if hasPoint { buffer.append(fraction.isEmpty ? ".0" : "." + String(Substring(fraction))) }
    buffer.append(String(Substring(rest)))
  }
}
