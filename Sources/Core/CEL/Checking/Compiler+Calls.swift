// Compiler+Calls: functions and macros (langdef.md, Standard Environment).

/// The functions there are.
private enum Function: String, CaseIterable {
  case size, contains, startsWith, endsWith, matches
  case int, uint, double, string, bytes, bool, type, dyn

  /// How it is written.
  var form: String {
    switch self {
    case .size: "x.size() or size(x)"
    case .contains, .startsWith, .endsWith: "text.\(rawValue)(part)"
    case .matches: "text.matches(pattern)"
    case .int, .uint, .double, .string, .bytes, .bool, .type, .dyn: "\(rawValue)(x)"
    }
  }

  /// What a conversion takes; empty for what is no conversion, or takes anything.
  var converted: [ValueType] {
    switch self {
    case .int, .uint, .double: [.int, .uint, .double, .string]
    case .string: [.string, .bool, .int, .uint, .double, .bytes]
    case .bytes: [.bytes, .string]
    case .bool: [.bool, .string]
    case .size, .contains, .startsWith, .endsWith, .matches, .type, .dyn: []
    }
  }
}

extension Macro {
  var form: String {
    self == .map ? "list.map(x, value) or list.map(x, condition, value)" : "list.\(rawValue)(x, condition)"
  }
}

extension Compiler {
  mutating func call(
    _ name: String, on target: Syntax?, _ arguments: [Syntax], at offset: Int
  ) throws(ExpressionError) -> Checked {
    if name == "has" { return try has(target, arguments, at: offset) }
    if let macro = Macro(rawValue: name) { return try self.macro(macro, over: target, arguments, at: offset) }
    guard let function = Function(rawValue: name) else { throw unknownFunction(name, at: offset) }
    let operands = (target.map { [$0] } ?? []) + arguments
    switch function {
    case .size where operands.count == 1: return try size(operands[0], at: offset)
    case .contains where target != nil && operands.count == 2:
      return try textTest(.contains, operands, at: offset)
    case .startsWith where target != nil && operands.count == 2:
      return try textTest(.startsWith, operands, at: offset)
    case .endsWith where target != nil && operands.count == 2:
      return try textTest(.endsWith, operands, at: offset)
    case .matches where operands.count == 2: return try matches(operands[0], operands[1], at: offset)
    case .dyn where target == nil && operands.count == 1:
      return Checked(operation: try compile(operands[0]).operation, type: .dynamic)
    case .int, .uint, .double, .string, .bytes, .bool, .type:
      if target == nil, operands.count == 1 { return try conversion(function, operands[0], at: offset) }
      fallthrough
    case .size, .contains, .startsWith, .endsWith, .matches, .dyn:
      throw error("\(name) is written \(function.form)", at: offset)
    }
  }

  private func unknownFunction(_ name: String, at offset: Int) -> ExpressionError {
    let known = ["has"] + Function.allCases.map(\.rawValue) + Macro.allCases.map(\.rawValue)
    if let meant = nearest(to: name, among: known) {
      return error("\(name) is not a function here; did you mean \(meant)?", at: offset)
    }
    return error("\(name) is not a function here; they are \(known.joined(separator: ", "))", at: offset)
  }

  // MARK: functions

  private mutating func size(_ syntax: Syntax, at offset: Int) throws(ExpressionError) -> Checked {
    let checked = try compile(syntax)
    switch checked.type {
    case .string, .bytes, .list, .map, .dynamic:
      return made(Size(Operand(operation: checked.operation, offset: offset)), .int, over: [checked])
    case .null, .bool, .int, .uint, .double, .type:
      throw error("size() takes a string, bytes, a list or a map, and this is \(checked.type)", at: offset)
    }
  }

  private mutating func textTest(
    _ test: TextTest.Test, _ operands: [Syntax], at offset: Int
  ) throws(ExpressionError) -> Checked {
    let (text, part) = try texts(operands[0], operands[1], for: test.rawValue, at: offset)
    let pair = Operands(left: text.operation, right: part.operation, offset: offset)
    return made(TextTest(test, pair), .bool, over: [text, part])
  }

  private mutating func texts(
    _ left: Syntax, _ right: Syntax, for name: String, at offset: Int
  ) throws(ExpressionError) -> (Checked, Checked) {
    let (one, other) = (try compile(left), try compile(right))
    guard one.type.mayBe(.string), other.type.mayBe(.string) else {
      throw error("\(name)() takes string and string, and these are \(one.type) and \(other.type)", at: offset)
    }
    return (one, other)
  }

  /// A pattern that is written down is compiled here, once; one that is computed, whenever the expression runs.
  private mutating func matches(
    _ left: Syntax, _ right: Syntax, at offset: Int
  ) throws(ExpressionError) -> Checked {
    let (text, pattern) = try texts(left, right, for: "matches", at: offset)
    var ready: Pattern?
    if let constant = pattern.operation as? Constant, case .string(let source) = constant.constant {
      do throws(PatternError) { ready = try Pattern(source) } catch {
        throw self.error(error.message, at: right.offset)
      }
    }
    let pair = Operands(left: text.operation, right: pattern.operation, offset: offset)
    return made(PatternTest(pair, ready), .bool, over: [text, pattern])
  }

  private mutating func conversion(
    _ function: Function, _ syntax: Syntax, at offset: Int
  ) throws(ExpressionError) -> Checked {
    let checked = try compile(syntax)
    let types = function.converted
    if checked.type != .dynamic, !types.isEmpty, !types.contains(checked.type) {
      let known = types.map(\.description).joined(separator: ", ")
      throw error("\(function.rawValue)() takes \(known), and this is \(checked.type)", at: offset)
    }
    let operand = Operand(operation: checked.operation, offset: offset)
    // A conversion has the name of what it makes.
    let kind = ValueKind(rawValue: function.rawValue) ?? .type
    return made(Conversion(to: kind, operand), ValueType(kind), over: [checked])
  }

  // MARK: macros

  private mutating func has(
    _ target: Syntax?, _ arguments: [Syntax], at offset: Int
  ) throws(ExpressionError) -> Checked {
    guard target == nil, arguments.count == 1, case .field(let base, let field) = arguments[0].kind else {
      throw error("has is written has(map.key); for a key that is no name write \"key\" in map", at: offset)
    }
    let checked = try compile(base)
    _ = try valueType(ofField: field, in: checked.type, at: arguments[0].offset)
    let operand = Operand(operation: checked.operation, offset: offset)
    return made(Presence(operand, field), .bool, over: [checked])
  }

  private mutating func macro(
    _ macro: Macro, over target: Syntax?, _ arguments: [Syntax], at offset: Int
  ) throws(ExpressionError) -> Checked {
    let isThreefold = macro == .map && arguments.count == 3
    guard let target, arguments.count == 2 || isThreefold, let name = arguments[0].simpleName else {
      throw error("\(macro.rawValue) is written \(macro.form), where x is a name", at: offset)
    }
    let range = try compile(target)
    let element: ValueType
    switch range.type {
    case .list(let type): element = type
    case .map(let key, _): element = key
    case .dynamic: element = .dynamic
    case .null, .bool, .int, .uint, .double, .string, .bytes, .type:
      throw error("\(macro.rawValue) goes through a list or a map, and this is \(range.type)", at: offset)
    }
    let body = try withLocal(name, element) { (compiler) throws(ExpressionError) in
      let condition =
        macro != .map || isThreefold ? try compiler.condition(arguments[1], of: macro, at: offset) : nil
      let transform = macro == .map ? try compiler.compile(arguments[arguments.count - 1]) : nil
      return (condition: condition, transform: transform)
    }
    let type: ValueType =
      switch macro {
      case .all, .exists, .existsOne: .bool
      case .filter: .list(element)
      case .map: .list(body.result.transform?.type ?? .dynamic)
      }
    let operation = Comprehension(
      macro, over: range.operation, level: locals.count, condition: body.result.condition?.operation,
      transform: body.result.transform?.operation, stepsPerElement: 1 + body.steps, at: offset)
    return Checked(operation: operation, type: type)
  }

  private mutating func condition(
    _ syntax: Syntax, of macro: Macro, at offset: Int
  ) throws(ExpressionError) -> Checked {
    let checked = try compile(syntax)
    guard checked.type.mayBe(.bool) else {
      throw error("the condition of \(macro.rawValue) must be a bool, and is \(checked.type)", at: offset)
    }
    return checked
  }
}
