// SourceTokens: Swift source cut into names and marks, line by line; comments and the words of strings are left out.

/// Reads one file from its top. What is interpolated in a string is code and stays.
struct SourceTokens {
  private enum Place: Equatable {
    case code(openParentheses: Int)
    case string(quotes: Int)
  }

  /// Innermost last.
  private var places = [Place.code(openParentheses: 0)]
  private var line: [UInt8] = []
  private var at = 0

  /// The names and marks of the next line of the file.
  mutating func read(_ text: String) -> [String] {
    line = Array(text.utf8)
    at = 0
    var tokens: [String] = []
    while at < line.count {
      switch places[places.count - 1] {
      case .code(let openParentheses):
        if startsComment { return tokens }
        if let token = code(openParentheses) { tokens.append(token) }
      case .string(let quotes): string(quotes)
      }
    }
    // A string in one pair of quotes ends with its line at the latest.
    if places.last == .string(quotes: 1) { places.removeLast() }
    return tokens
  }

  private var startsComment: Bool { line[at] == UInt8(ascii: "/") && at + 1 < line.count && line[at + 1] == line[at] }

  private mutating func code(_ openParentheses: Int) -> String? {
    let byte = line[at]
    switch byte {
    case UInt8(ascii: "\""):
      let quotes = quotes(upTo: 3) == 3 ? 3 : 1
      places.append(.string(quotes: quotes))
      at += quotes
      return nil
    case UInt8(ascii: "("): places[places.count - 1] = .code(openParentheses: openParentheses + 1)
    case UInt8(ascii: ")") where openParentheses == 0 && places.count > 1:
      places.removeLast()
      at += 1
      return nil
    case UInt8(ascii: ")"): places[places.count - 1] = .code(openParentheses: openParentheses - 1)
    case UInt8(ascii: " "):
      at += 1
      return nil
    default: break
    }
    let start = at
    while at < line.count, Self.isName(line[at]) { at += 1 }
    if at == start { at += 1 }
    return String(decoding: line[start..<at], as: UTF8.self)
  }

  private mutating func string(_ quotes: Int) {
    switch line[at] {
    case UInt8(ascii: "\\"):
      if at + 1 < line.count, line[at + 1] == UInt8(ascii: "(") { places.append(.code(openParentheses: 0)) }
      at += 2
    case UInt8(ascii: "\"") where self.quotes(upTo: quotes) == quotes:
      places.removeLast()
      at += quotes
    default: at += 1
    }
  }

  private func quotes(upTo most: Int) -> Int { line[at...].prefix(most).prefix { $0 == UInt8(ascii: "\"") }.count }

  static func isName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
