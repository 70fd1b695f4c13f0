// Compiler+Names: variables, fields and indexes (langdef.md, Name Resolution and Field Selection).

extension Compiler {
  mutating func named(_ syntax: Syntax) throws(ExpressionError) -> Checked {
    if let path = syntax.path {
      let parent = Array(path.dropLast())
      if let level = level(of: path, isRooted: syntax.isRooted) {
        if parent.isEmpty { return read(level: level) }
      } else if let variable = environment.variable(path) {
        // The longest name that is declared counts: `a.b` is asked for before `a` and its field.
        return read(variable, at: syntax.offset)
      } else if parent.isEmpty || (environment.isNamespace(parent) && environment.variable(parent) == nil) {
        return try typeName(path, at: syntax.offset)
      }
    }
    switch syntax.kind {
    case .field(let base, let field): return try self.field(field, of: base, at: syntax.offset)
    case .index(let base, let index): return try self.index(base, index, at: syntax.offset)
    case .name, .literal, .call, .prefix, .infix, .conditional, .list, .map:
      throw error("expected a name", at: syntax.offset)
    }
  }

  /// Where among the macros' variables the path begins, the innermost first.
  private func level(of path: [String], isRooted: Bool) -> Int? {
    isRooted ? nil : locals.lastIndex { $0.name == path[0] }
  }

  /// What is no variable may be the name of a type, as in `type(x) == int`.
  private mutating func typeName(_ path: [String], at offset: Int) throws(ExpressionError) -> Checked {
    if path.count == 1, let kind = ValueKind(rawValue: path[0]) { return constant(.type(kind), .type) }
    let name = Environment.spelled(path)
    if environment.isNamespace(path) {
      let beneath = environment.variables.map(\.name).filter { $0.hasPrefix(name) }
      throw error("\(name) is not a value by itself; write \(Self.listed(beneath))", at: offset)
    }
    let known = locals.map(\.name) + environment.variables.map(\.name)
    throw error("\(name) is not a variable; \(Self.advice(for: name, among: known))", at: offset)
  }

  private static func advice(for name: String, among known: [String]) -> String {
    if let meant = nearest(to: name, among: known) { return "did you mean \(meant)?" }
    return known.isEmpty ? "there are none here; put texts in quotes" : "the variables are \(listed(known))"
  }

  private static func listed(_ names: [String]) -> String {
    let countMax = 12
    return names.prefix(countMax).joined(separator: ", ") + (names.count > countMax ? ", ..." : "")
  }

  // MARK: inside a value

  private mutating func field(
    _ field: String, of base: Syntax, at offset: Int
  ) throws(ExpressionError) -> Checked {
    let checked = try compile(base)
    let type = try valueType(ofField: field, in: checked.type, at: offset)
    let key = constant(.string(field), .string)
    let operands = Operands(left: checked.operation, right: key.operation, offset: offset)
    return made(Lookup(operands), type, over: [checked, key])
  }

  /// The type of `e.field` where `e` is of type `type`.
  func valueType(
    ofField field: String, in type: ValueType, at offset: Int
  ) throws(ExpressionError) -> ValueType {
    switch type {
    case .map(let key, let value) where key.mayBe(.string): return value
    case .dynamic: return .dynamic
    case .map(let key, _): throw error("the map's keys are \(key); write [ ] and a key of that type", at: offset)
    case .null, .bool, .int, .uint, .double, .string, .bytes, .type, .list:
      throw error("\(type) has no fields, so none is called \(field)", at: offset)
    }
  }

  private mutating func index(_ base: Syntax, _ index: Syntax, at offset: Int) throws(ExpressionError) -> Checked {
    let (collection, key) = (try compile(base), try compile(index))
    let type: ValueType
    switch collection.type {
    case .dynamic: type = .dynamic
    case .list(let element) where key.type.mayBe(.int): type = element
    case .map(let wanted, let value) where key.type.mayBe(wanted): type = value
    case .list:
      throw error("a list is indexed with int, and this is \(key.type)" + advice(index, key.type, .int), at: offset)
    case .map(let wanted, _):
      throw error(
        "the map's keys are \(wanted), and this is \(key.type)" + advice(index, key.type, wanted), at: offset)
    case .null, .bool, .int, .uint, .double, .string, .bytes, .type:
      throw error("\(collection.type) is neither a list nor a map, so it has no [ ]", at: offset)
    }
    let operands = Operands(left: collection.operation, right: key.operation, offset: offset)
    return made(Lookup(operands), type, over: [collection, key])
  }
}
