// Census: which names are declared, and how often each is said beside its declarations.

/// Counts words, knows no types: a name that two types have is used when either is. What it finds is unused for sure.
struct Census {
  /// `path:line: kind name`, for names that are looked for.
  private(set) var declarations: [(name: String, place: String)] = []
  private var said: [String: Int] = [:]
  private var declared: [String: Int] = [:]

  /// Names that are said nowhere but where they are declared.
  var unmentioned: [String] {
    declarations.filter { said[$0.name, default: 0] <= declared[$0.name, default: 0] }.map(\.place)
  }

  private static let kinds: Set = [
    "func", "var", "let", "case", "struct", "class", "enum", "actor", "protocol", "typealias",
  ]
  private static let types: Set = ["struct", "class", "enum", "actor", "protocol", "extension"]
  private static let modifiers: Set = [
    "public", "internal", "package", "private", "fileprivate", "static", "class", "final", "mutating", "nonmutating",
    "borrowing", "consuming", "lazy", "weak", "unowned", "indirect", "nonisolated", "isolated", "unsafe", "required",
    "convenience", "prefix", "postfix", "infix", "set", "(", ")",
  ]
  /// Cases of an enum of these may be made from what was read, and are in the code by their spelling only.
  private static let rawTypes: Set = ["String", "Int", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64"]

  /// What a line ending in a brace has opened.
  private struct Block {
    let indentation: Int
    let isType: Bool
    let hasRawValues: Bool
  }

  mutating func read(_ file: SourceFile) {
    var source = SourceTokens()
    var open: [Block] = []
    for (number, text) in file.lines.enumerated() {
      let tokens = source.read(text)
      guard let last = tokens.last else { continue }
      for token in tokens where token.utf8.first.map(SourceTokens.isName) == true { said[token, default: 0] += 1 }
      let indentation = text.utf8.prefix { $0 == UInt8(ascii: " ") }.count
      while let block = open.last, block.indentation >= indentation { open.removeLast() }
      let found = open.last?.isType ?? true ? declaration(tokens) : nil
      if let found {
        for name in found.names {
          declared[name, default: 0] += 1
          if found.kind == "extension" || found.kind == "case" && open.last?.hasRawValues == true { continue }
          declarations.append((name, "\(file.path):\(number + 1): \(found.kind) \(name)"))
        }
      }
      if last == "{" {
        let colon = tokens.firstIndex(of: ":") ?? tokens.count
        let isType = found.map { Self.types.contains($0.kind) } ?? false
        let hasRawValues = isType && tokens[colon...].contains(where: Self.rawTypes.contains)
        open.append(Block(indentation: indentation, isType: isType, hasRawValues: hasRawValues))
      }
    }
  }

  /// What a line declares, when it declares something.
  private func declaration(_ tokens: [String]) -> (kind: String, names: [String])? {
    var rest = tokens[...]
    // The attributes of a declaration end where a word begins that stands in no parentheses.
    while rest.first == "@" {
      rest = rest.dropFirst(2)
      guard rest.first == "(" else { continue }
      var depth = 0
      while let token = rest.popFirst() {
        depth += token == "(" ? 1 : token == ")" ? -1 : 0
        if depth == 0 { break }
      }
    }
    while let first = rest.first, Self.modifiers.contains(first) {
      if first == "class", let next = rest.dropFirst().first, !Self.kinds.contains(next), !Self.modifiers.contains(next)
      {
        break
      }
      rest.removeFirst()
    }
    guard let kind = rest.popFirst(), Self.kinds.contains(kind) || kind == "extension" else { return nil }
    if kind == "case" { return (kind, Self.cases(rest)) }
    rest.removeAll { $0 == "`" }
    if kind == "extension" {
      // `extension Policy.Address` says Address no more than `extension Address` does.
      while rest.count > 2, rest[rest.startIndex + 1] == "." { rest.removeFirst(2) }
    }
    guard let name = rest.first, name.utf8.first.map(SourceTokens.isName) == true else { return nil }
    return (kind, [name])
  }

  /// The names in `a, b(c: Int, d: Int), e = 3`.
  private static func cases(_ tokens: ArraySlice<String>) -> [String] {
    var names: [String] = []
    var depth = 0
    var isNext = true
    for token in tokens where token != "`" {
      switch token {
      case "(", "[", "<": depth += 1
      case ")", "]", ">": depth -= 1
      case "," where depth == 0: isNext = true
      default:
        if isNext { names.append(token) }
        isNext = false
      }
    }
    return names
  }
}
