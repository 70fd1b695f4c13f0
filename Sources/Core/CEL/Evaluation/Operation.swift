// Operation: one step of a compiled expression, and the frame it runs in.

/// A node of the compiled tree. Immutable, so that one expression serves any number of evaluations.
protocol Operation: AnyObject, Sendable {
  func value(in frame: inout Frame) throws(Failure) -> Value
}

/// What one evaluation knows and may still do.
struct Frame {
  let bindings: [Value?]
  /// The variables of the macros around the operation that runs, outermost first.
  var locals: [Value]
  private var stepsLeft = Limits.stepsMax

  init(bindings: [Value?], localCount: Int) {
    self.bindings = bindings
    locals = localCount == 0 ? [] : Array(repeating: .null, count: localCount)
  }

  /// Called by whatever can take longer than the expression is long.
  mutating func charge(_ steps: Int, at offset: Int) throws(Failure) {
    stepsLeft -= steps
    if stepsLeft < 0 {
      stepsLeft = 0
      throw Failure(.tooCostly, at: offset)
    }
  }

  mutating func charge(bytes: Int, at offset: Int) throws(Failure) {
    if bytes >= Limits.bytesPerStep { try charge(bytes / Limits.bytesPerStep, at: offset) }
  }
}

/// The operand of an operation that has one, and where a message about it points.
struct Operand {
  let operation: any Operation
  let offset: Int

  func value(in frame: inout Frame) throws(Failure) -> Value { try operation.value(in: &frame) }

  func failure(_ cause: EvaluationError.Cause) -> Failure { Failure(cause, at: offset) }

  func refusal(of value: Value, by name: String) -> Failure { failure(.noOverload(name, [value.kind])) }
}

/// The same for two operands.
struct Operands {
  let left: any Operation
  let right: any Operation
  let offset: Int

  func values(in frame: inout Frame) throws(Failure) -> (left: Value, right: Value) {
    (try left.value(in: &frame), try right.value(in: &frame))
  }

  func failure(_ cause: EvaluationError.Cause) -> Failure { Failure(cause, at: offset) }

  func refusal(of left: Value, and right: Value, by name: String) -> Failure {
    failure(.noOverload(name, [left.kind, right.kind]))
  }
}

final class Constant: Operation {
  let constant: Value

  init(_ constant: Value) { self.constant = constant }

  func value(in frame: inout Frame) throws(Failure) -> Value { constant }
}

final class VariableRead: Operation {
  private let slot: Int
  private let name: String
  private let offset: Int

  init(_ variable: Variable, at offset: Int) {
    slot = variable.slot
    name = variable.name
    self.offset = offset
  }

  func value(in frame: inout Frame) throws(Failure) -> Value {
    guard slot < frame.bindings.count, let value = frame.bindings[slot] else {
      throw Failure(.unbound(name), at: offset)
    }
    return value
  }
}

final class LocalRead: Operation {
  private let level: Int

  init(level: Int) { self.level = level }

  func value(in frame: inout Frame) throws(Failure) -> Value { frame.locals[level] }
}
