// EvaluationError: why a loaded expression has no value for these bindings.

/// An expression that cannot be evaluated. What the language calls an error: it has a cause and a place, and `&&`,
/// `||`, `all` and `exists` may outvote it (langdef.md, Logical Operators).
public struct EvaluationError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Cause: Hashable, Sendable {
    /// The result does not fit its type: `overflow` names the type.
    case overflow(ValueKind)
    case divisionByZero
    case noSuchKey(String)
    case indexOutOfRange
    case duplicateKey(String)
    /// The operation does not take values of these kinds; only what was `dyn` when loaded gets here.
    case noOverload(String, [ValueKind])
    /// A value that cannot be converted: what it is, and into which kind.
    case notConvertible(String, ValueKind)
    case badPattern(String)
    /// The host gave the variable no value.
    case unbound(String)
    /// The result is not of the type the host asked for.
    case wrongResult(ValueKind)
    /// More work than one evaluation may do. Nothing outvotes this.
    case tooCostly
    /// A cost below zero: see `CostExpression`.
    case negativeCost(Int64)
  }

  public let cause: Cause
  public let position: SourcePosition

  public init(_ cause: Cause, at position: SourcePosition) {
    self.cause = cause
    self.position = position
  }

  public var description: String { "\(position): \(message)" }

  /// For people: what happened and what to do.
  public var message: String {
    switch cause {
    case .overflow(let kind): "the result is outside the range of \(kind)"
    case .divisionByZero: "division by zero; test the divisor first, as in: n == 0 ? 0 : x / n"
    case .noSuchKey(let key): "the map has no key \(key); test for it first with in or has()"
    case .indexOutOfRange: "the index is outside the list; test size() first"
    case .duplicateKey(let key): "the map has the key \(key) twice; keep one"
    case .noOverload(let operation, let kinds):
      "\(operation) does not take \(kinds.map(\.description).joined(separator: " and "))"
    case .notConvertible(let value, let kind): "\(value) cannot be converted to \(kind)"
    case .badPattern(let reason): reason
    case .unbound(let name): "\(name) has no value here"
    case .wrongResult(let kind): "the result is \(kind), which is not what is wanted here"
    case .tooCostly: "takes more than \(Limits.stepsMax) steps; use shorter lists or fewer macros inside macros"
    case .negativeCost(let cost): "the cost is \(cost); a cost cannot be below 0"
    }
  }
}

/// The same while it is on its way up through the operations: where, in bytes.
struct Failure: Error {
  let cause: EvaluationError.Cause
  let offset: Int

  init(_ cause: EvaluationError.Cause, at offset: Int) {
    self.cause = cause
    self.offset = offset
  }

  /// Not to be outvoted: the evaluation ends here.
  var isFinal: Bool { cause == .tooCostly }
}
