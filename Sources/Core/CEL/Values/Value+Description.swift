// Value+Description: a value as one would write it in an expression.

extension Value: CustomStringConvertible {
  /// `7`, `7u`, `7.0`, `"text"`, `b"\x00"`, `[1, 2]`, `{"a": 1}`, `null`, `int`.
  public var description: String {
    switch self {
    case .null: "null"
    case .bool(let value): String(value)
    case .int(let value): String(value)
    case .uint(let value): "\(value)u"
    case .double(let value): value.description
    case .string(let text): Self.quoted(text)
    case .bytes(let bytes): "b\"" + bytes.map(Self.escaped).joined() + "\""
    case .list(let values): "[" + values.map(\.description).joined(separator: ", ") + "]"
    case .map(let map): "{" + map.entries.map { "\($0.key): \($0.value)" }.joined(separator: ", ") + "}"
    case .type(let kind): kind.description
    }
  }

  /// The value as a message shows it: short, whatever the value is.
  var shown: String {
    switch self {
    case .string(let text):
      let beginning = text.unicodeScalars.prefix(40)
      return beginning.endIndex == text.endIndex ? description : Self.quoted(String(beginning)) + "..."
    case .bytes, .list, .map: return kind.description
    case .null, .bool, .int, .uint, .double, .type: return description
    }
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      if scalar.value < 0x80 { quoted += escaped(UInt8(scalar.value)) } else { quoted.unicodeScalars.append(scalar) }
    }
    return quoted + "\""
  }

  private static func escaped(_ byte: UInt8) -> String {
    switch byte {
    case UInt8(ascii: "\\"): "\\\\"
    case UInt8(ascii: "\""): "\\\""
    case UInt8(ascii: "\n"): "\\n"
    case 0x20..<0x7F: String(Unicode.Scalar(byte))
    default: "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
  }
}
