// Compiler: from a tree to operations, checking names and types on the way (langdef.md, Gradual Type Checking).

/// An operation and the type of its values.
struct Checked {
  let operation: any Operation
  let type: ValueType
}

struct Compiler {
  let source: Source
  let environment: Environment
  /// The variables of the macros around this place, outermost first.
  var locals: [(name: String, type: ValueType)] = []
  /// The most of them at once.
  private(set) var localCount = 0
  /// Operations made so far, those that were folded away included.
  private(set) var operationCount = 0
  /// Slots of the variables that the expression reads.
  private(set) var slots: Set<Int> = []

  init(_ source: Source, _ environment: Environment) {
    self.source = source
    self.environment = environment
  }

  mutating func compile(_ syntax: Syntax) throws(ExpressionError) -> Checked {
    switch syntax.kind {
    case .literal(let value): return constant(value, ValueType(value.kind))
    case .name, .field, .index: return try named(syntax)
    case .call(let function, let target, let arguments):
      return try call(function, on: target, arguments, at: syntax.offset)
    case .prefix(let symbol, let operand): return try prefix(symbol, operand, at: syntax.offset)
    case .infix(let infix, let left, let right): return try self.infix(infix, left, right, at: syntax.offset)
    case .conditional(let condition, let whenTrue, let whenFalse):
      return try conditional(condition, whenTrue, whenFalse, at: syntax.offset)
    case .list(let elements): return try list(elements)
    case .map(let entries): return try map(entries, at: syntax.offset)
    }
  }

  // MARK: making operations

  func error(_ message: String, at offset: Int) -> ExpressionError { source.error(message, at: offset) }

  mutating func constant(_ value: Value, _ type: ValueType) -> Checked {
    operationCount += 1
    return Checked(operation: Constant(value), type: type)
  }

  /// An operation over others. Over constants it is run once, here; if that fails, it is left to fail when the
  /// expression runs, for another operand may outvote it.
  mutating func made(_ operation: any Operation, _ type: ValueType, over operands: [Checked]) -> Checked {
    operationCount += 1
    if operands.allSatisfy({ $0.operation is Constant }) {
      var frame = Frame(bindings: [], localCount: 0)
      if let value = try? operation.value(in: &frame) { return Checked(operation: Constant(value), type: type) }
    }
    return Checked(operation: operation, type: type)
  }

  mutating func read(_ variable: Variable, at offset: Int) -> Checked {
    operationCount += 1
    slots.insert(variable.slot)
    return Checked(operation: VariableRead(variable, at: offset), type: variable.type)
  }

  mutating func read(level: Int) -> Checked {
    operationCount += 1
    return Checked(operation: LocalRead(level: level), type: locals[level].type)
  }

  /// Compiles what a macro does with its variable, and counts the operations that this takes for each element.
  mutating func withLocal<Result>(
    _ name: String, _ type: ValueType, _ body: (inout Compiler) throws(ExpressionError) -> Result
  ) throws(ExpressionError) -> (result: Result, steps: Int) {
    locals.append((name, type))
    localCount = max(localCount, locals.count)
    defer { locals.removeLast() }
    let before = operationCount
    let result = try body(&self)
    return (result, operationCount - before)
  }

  // MARK: lists and maps

  private mutating func list(_ elements: [Syntax]) throws(ExpressionError) -> Checked {
    var checked: [Checked] = []
    for element in elements { checked.append(try compile(element)) }
    return made(ListMaking(checked.map(\.operation)), .list(Self.shared(checked.map(\.type))), over: checked)
  }

  private mutating func map(
    _ entries: [(key: Syntax, value: Syntax)], at offset: Int
  ) throws(ExpressionError) -> Checked {
    var keys: [Checked] = []
    var values: [Checked] = []
    for entry in entries {
      let key = try compile(entry.key)
      switch key.type {
      case .bool, .int, .uint, .string, .dynamic: keys.append(key)
      case .null, .double, .bytes, .type, .list, .map:
        throw error("\(key.type) cannot be a key; keys are int, uint, bool or string", at: entry.key.offset)
      }
      values.append(try compile(entry.value))
    }
    let operation = MapMaking(zip(keys, values).map { ($0.operation, $1.operation) }, at: offset)
    let type = ValueType.map(key: Self.shared(keys.map(\.type)), value: Self.shared(values.map(\.type)))
    return made(operation, type, over: keys + values)
  }

  /// The one type of several values; `dyn` if they have none in common, or there are none.
  private static func shared(_ types: [ValueType]) -> ValueType {
    guard var type = types.first else { return .dynamic }
    for other in types.dropFirst() { type = type.joined(with: other) ?? .dynamic }
    return type
  }
}
