// Compiler+Operators: which types each operator takes (langdef.md, Standard Environment).

extension Compiler {
  mutating func prefix(
    _ symbol: Token.Symbol, _ syntax: Syntax, at offset: Int
  ) throws(ExpressionError) -> Checked {
    let checked = try compile(syntax)
    let operand = Operand(operation: checked.operation, offset: offset)
    if symbol == .not {
      guard checked.type.mayBe(.bool) else { throw error("! takes a bool, and this is \(checked.type)", at: offset) }
      return made(Not(operand), .bool, over: [checked])
    }
    switch checked.type {
    case .int, .double, .dynamic: return made(Negation(operand), checked.type, over: [checked])
    case .uint: throw error("a uint has no sign; write int(...) around it", at: offset)
    case .null, .bool, .string, .bytes, .type, .list, .map:
      throw error("- takes a number, and this is \(checked.type)", at: offset)
    }
  }

  mutating func infix(
    _ infix: Infix, _ left: Syntax, _ right: Syntax, at offset: Int
  ) throws(ExpressionError) -> Checked {
    let (one, other) = (try compile(left), try compile(right))
    guard let type = Self.result(of: infix, one.type, other.type) else {
      throw error(
        "\(infix.rawValue) does not take \(one.type) and \(other.type)"
          + advice(infix, (left, one.type), (right, other.type)), at: offset)
    }
    let operands = Operands(left: one.operation, right: other.operation, offset: offset)
    let operation: any Operation =
      switch infix {
      case .or, .and: Junction(infix, operands)
      case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .isIn: Relation(infix, operands)
      case .plus, .minus, .times, .dividedBy, .remainder: Arithmetic(infix, operands)
      }
    return made(operation, type, over: [one, other])
  }

  mutating func conditional(
    _ condition: Syntax, _ whenTrue: Syntax, _ whenFalse: Syntax, at offset: Int
  ) throws(ExpressionError) -> Checked {
    let test = try compile(condition)
    guard test.type.mayBe(.bool) else {
      throw error("the condition before ? must be a bool, and is \(test.type)", at: offset)
    }
    let (one, other) = (try compile(whenTrue), try compile(whenFalse))
    guard let type = one.type.joined(with: other.type) else {
      throw error(
        "? : has \(one.type) on one side and \(other.type) on the other"
          + advice(.equal, (whenTrue, one.type), (whenFalse, other.type)), at: offset)
    }
    let operation = Conditional(
      Operand(operation: test.operation, offset: offset), then: one.operation, otherwise: other.operation)
    return made(operation, type, over: [test, one, other])
  }

  /// The type of `left infix right`, or nil if there is no such operation.
  private static func result(of infix: Infix, _ left: ValueType, _ right: ValueType) -> ValueType? {
    switch infix {
    case .or, .and: return left.mayBe(.bool) && right.mayBe(.bool) ? .bool : nil
    case .equal, .notEqual: return left.mayBe(right) ? .bool : nil
    case .less, .lessOrEqual, .greater, .greaterOrEqual:
      // The order of numbers goes across types, when the expression runs and here too: 0.5 is less than 1.
      if left.isNumber, right.isNumber { return .bool }
      return shared(left, right, among: [.bool, .int, .uint, .double, .string, .bytes]) == nil ? nil : .bool
    case .isIn:
      switch right {
      case .list(let element): return left.mayBe(element) ? .bool : nil
      case .map(let key, _): return left.mayBe(key) ? .bool : nil
      case .dynamic: return .bool
      case .null, .bool, .int, .uint, .double, .string, .bytes, .type: return nil
      }
    case .plus:
      if case .list = left, case .list = right { return left.joined(with: right) ?? .list(.dynamic) }
      if case .list = left, right == .dynamic { return .list(.dynamic) }
      if case .list = right, left == .dynamic { return .list(.dynamic) }
      return shared(left, right, among: [.int, .uint, .double, .string, .bytes])
    case .minus, .times, .dividedBy: return shared(left, right, among: [.int, .uint, .double])
    case .remainder: return shared(left, right, among: [.int, .uint])
    }
  }

  /// The type, one of `types`, that both operands have; `dyn` goes along with any of them.
  private static func shared(_ left: ValueType, _ right: ValueType, among types: [ValueType]) -> ValueType? {
    let known = left == .dynamic ? right : left
    if known == .dynamic { return .dynamic }
    return types.contains(known) && left.mayBe(right) ? known : nil
  }

  // MARK: what to write instead

  private func advice(
    _ infix: Infix, _ left: (syntax: Syntax, type: ValueType), _ right: (syntax: Syntax, type: ValueType)
  ) -> String {
    if infix == .isIn {
      switch right.type {
      case .list(let element): return advice(left.syntax, left.type, element)
      case .map(let key, _): return advice(left.syntax, left.type, key)
      default: return "; on its right stands a list or a map"
      }
    }
    if left.type.isNumber, right.type.isNumber, left.type != right.type {
      let literal = advice(right.syntax, right.type, left.type, literalsOnly: true)
      return literal.isEmpty ? advice(left.syntax, left.type, right.type) : literal
    }
    if infix == .remainder, left.type == .double { return "; the remainder is one of int or uint" }
    return ""
  }

  /// How to make a number of type `type` one of type `wanted`: `; write 3u`, `; convert it with uint()`.
  func advice(_ syntax: Syntax, _ type: ValueType, _ wanted: ValueType, literalsOnly: Bool = false) -> String {
    guard type.isNumber, wanted.isNumber else { return "" }
    if case .literal(.int(let number)) = syntax.kind {
      if wanted == .uint, number >= 0 { return "; write \(number)u" }
      if wanted == .double { return "; write \(number).0" }
    }
    if case .literal(.uint(let number)) = syntax.kind, wanted == .int { return "; write \(number)" }
    return literalsOnly ? "" : "; convert one with \(wanted)() or \(type)()"
  }
}
