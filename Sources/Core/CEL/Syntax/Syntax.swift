// Syntax: an expression as a tree, before anything is known about its names and types.

/// One node. Its depth is kept small by the parser, so that the tree can be walked by recursion.
struct Syntax {
  let kind: Kind
  /// Where a message about it points, in bytes: a name, an operator, an opening bracket.
  let offset: Int
  /// Levels from here down.
  let depth: Int

  indirect enum Kind {
    case literal(Value)
    /// `isRoot` for `.name`, which passes over the variables of macros (langdef.md, Name Resolution).
    case name(String, isRoot: Bool)
    case field(Syntax, String)
    case index(Syntax, Syntax)
    case call(String, on: Syntax?, [Syntax])
    case prefix(Token.Symbol, Syntax)
    case infix(Infix, Syntax, Syntax)
    case conditional(Syntax, Syntax, Syntax)
    case list([Syntax])
    case map([(key: Syntax, value: Syntax)])
  }

  /// The name that stands here alone, as in the first argument of a macro.
  var simpleName: String? {
    if case .name(let name, isRoot: false) = kind { return name }
    return nil
  }

  /// `a.b["c"]` as ["a", "b", "c"]: what may be the name of a variable.
  var path: [String]? {
    switch kind {
    case .name(let name, _): [name]
    case .field(let base, let name): base.path.map { $0 + [name] }
    case .index(let base, let index):
      if case .literal(.string(let name)) = index.kind { base.path.map { $0 + [name] } } else { nil }
    case .literal, .call, .prefix, .infix, .conditional, .list, .map: nil
    }
  }

  /// The path begins with a dot.
  var isRooted: Bool {
    switch kind {
    case .name(_, let isRoot): isRoot
    case .field(let base, _), .index(let base, _): base.isRooted
    case .literal, .call, .prefix, .infix, .conditional, .list, .map: false
    }
  }
}

/// Operators between two operands.
enum Infix: String {
  case or = "||"
  case and = "&&"
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case isIn = "in"
  case plus = "+"
  case minus = "-"
  case times = "*"
  case dividedBy = "/"
  case remainder = "%"

  init?(_ token: Token.Kind) {
    switch token {
    case .symbol(let symbol): self.init(rawValue: symbol.rawValue)
    case .name("in"): self = .isIn
    case .name, .quotedName, .integer, .unsigned, .double, .string, .bytes, .end: return nil
    }
  }

  /// Higher binds closer; all of them group from the left (langdef.md, Syntax).
  var precedence: Int {
    switch self {
    case .or: 1
    case .and: 2
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .isIn: 3
    case .plus, .minus: 4
    case .times, .dividedBy, .remainder: 5
    }
  }
}
