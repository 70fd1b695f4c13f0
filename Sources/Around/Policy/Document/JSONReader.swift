// JSONReader: strict JSON (RFC 8259) as a located tree.

import Bytes

/// Reads one value and nothing after it. Repeated names are kept for the decoder to report.
struct JSONReader: ~Escapable {
  private let bytes: Span<UInt8>
  private let file: Int
  private var at = 0
  private var line = 1
  /// How far columns have been counted, so that a long line is counted once and not once for each of its values.
  private var countedTo = 0
  private var column = 1

  private var valuesCount = 0

  /// - Parameter file: which of the files of a document this is, for the positions.
  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>, file: Int) {
    self.bytes = bytes
    self.file = file
  }

  mutating func document() throws(SyntaxFault) -> Node {
    skipSpace()
    let root = try value(depth: 1)
    skipSpace()
    if at < bytes.count { throw fault("more text after the end of the document") }
    return root
  }

  // MARK: values

  private mutating func value(depth: Int) throws(SyntaxFault) -> Node {
    let position = position()
    valuesCount += 1
    if valuesCount > Node.Bounds.valuesMax { throw .tooMany(position) }
    switch at < bytes.count ? bytes[at] : 0 {
    case UInt8(ascii: "{"):
      if depth >= Node.Bounds.depthMax { throw .tooDeep(position) }
      return Node(value: .mapping(try entries(depth: depth)), position: position)
    case UInt8(ascii: "["):
      if depth >= Node.Bounds.depthMax { throw .tooDeep(position) }
      return Node(value: .sequence(try elements(depth: depth)), position: position)
    case UInt8(ascii: "\""): return Node(value: .string(try string()), position: position)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      return Node(value: .number(try number()), position: position)
    default:
      if take(word: "true") { return Node(value: .bool(true), position: position) }
      if take(word: "false") { return Node(value: .bool(false), position: position) }
      if take(word: "null") { return Node(value: .null, position: position) }
      throw fault("expected a value")
    }
  }

  private mutating func entries(depth: Int) throws(SyntaxFault) -> [Node.Entry] {
    var entries: [Node.Entry] = []
    at += 1
    skipSpace()
    if take("}") { return entries }
    while true {
      let position = position()
      guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { throw fault("expected a name in double quotes") }
      let key = try string()
      skipSpace()
      guard take(":") else { throw fault("expected a colon after a name") }
      skipSpace()
      entries.append(Node.Entry(key: key, position: position, value: try value(depth: depth + 1)))
      skipSpace()
      if take("}") { return entries }
      guard take(",") else { throw fault("expected , or }") }
      skipSpace()
    }
  }

  private mutating func elements(depth: Int) throws(SyntaxFault) -> [Node] {
    var elements: [Node] = []
    at += 1
    skipSpace()
    if take("]") { return elements }
    while true {
      elements.append(try value(depth: depth + 1))
      skipSpace()
      if take("]") { return elements }
      guard take(",") else { throw fault("expected , or ]") }
      skipSpace()
    }
  }

  /// RFC 8259 6: no leading zeros, no bare point, no plus sign.
  private mutating func number() throws(SyntaxFault) -> String {
    let start = at
    _ = take("-")
    if !take("0") { try digits() }
    if take(".") { try digits() }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      try digits()
    }
    return String(bytes.extracting(start..<at))
  }

  private mutating func digits() throws(SyntaxFault) {
    let start = at
    while at < bytes.count, bytes[at].isDigit { at += 1 }
    if at == start { throw fault("expected a digit") }
  }

  // MARK: strings

  private mutating func string() throws(SyntaxFault) -> String {
    var text = ""
    at += 1
    var start = at
    while at < bytes.count {
      let byte = bytes[at]
      switch byte {
      case UInt8(ascii: "\""):
        let last = try verbatim(start..<at)
        at += 1
        // Nearly every text has no escape and is taken as it stands.
        return text.isEmpty ? last : text + last
      case UInt8(ascii: "\\"):
        text += try verbatim(start..<at)
        text.unicodeScalars.append(try escape())
        start = at
      case 0..<32: throw fault("a control character inside a text; write it as \\u00XX")
      default: at += 1
      }
    }
    throw fault("a text without its closing quote")
  }

  private mutating func verbatim(_ range: Range<Int>) throws(SyntaxFault) -> String {
    do {
      return String(copying: try UTF8Span(validating: bytes.extracting(range)))
    } catch {
      throw fault("the text that ends here is not UTF-8")
    }
  }

  private mutating func escape() throws(SyntaxFault) -> Unicode.Scalar {
    at += 1
    guard at < bytes.count else { throw fault("a text without its closing quote") }
    let byte = bytes[at]
    at += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      let unit = try fourHexadecimalDigits()
      if let scalar = Unicode.Scalar(unit) { return scalar }
      // RFC 8259 7: outside the basic plane, a pair of surrogates.
      guard unit < 0xDC00, take(word: "\\u") else { throw fault("half of a surrogate pair") }
      let low = try fourHexadecimalDigits()
      guard (0xDC00...0xDFFF).contains(low) else { throw fault("half of a surrogate pair") }
      return Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))!
    default:
      at -= 1
      throw fault("a backslash before a character that needs none")
    }
  }

  private mutating func fourHexadecimalDigits() throws(SyntaxFault) -> UInt32 {
    var number: UInt32 = 0
    for _ in 0..<4 {
      guard at < bytes.count, bytes[at].isHexadecimalDigit else { throw fault("expected four hexadecimal digits") }
      let byte = bytes[at]
      number = number << 4 | UInt32(byte.isDigit ? byte - 48 : (byte | 32) - 87)
      at += 1
    }
    return number
  }

  // MARK: moving on

  private mutating func take(_ byte: Unicode.Scalar) -> Bool {
    guard at < bytes.count, UInt32(bytes[at]) == byte.value else { return false }
    at += 1
    return true
  }

  private mutating func take(word text: StaticString) -> Bool {
    guard bytes.extracting(at..<bytes.count).starts(with: text) else { return false }
    at += text.utf8CodeUnitCount
    return true
  }

  private mutating func skipSpace() {
    while at < bytes.count {
      switch bytes[at] {
      case UInt8(ascii: "\n"):
        at += 1
        (line, column, countedTo) = (line + 1, 1, at)
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): at += 1
      default: return
      }
    }
  }

  private mutating func position() -> Position {
    while countedTo < at {
      if bytes[countedTo] & 0xC0 != 0x80 { column += 1 }
      countedTo += 1
    }
    return Position(file: file, line: line, column: column)
  }

  private mutating func fault(_ message: String) -> SyntaxFault {
    SyntaxFault("is not valid JSON (it starts with {, so it is read as JSON): \(message)", position())
  }
}
