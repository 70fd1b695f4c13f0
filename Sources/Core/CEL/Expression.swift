// Expression: an expression of the Common Expression Language, checked when it is loaded, evaluated any number of times.

/// A loaded expression. Evaluation has no effects, always ends, and does a bounded amount of work (`Limits`).
///
/// The language is that of cel-spec's langdef.md, without messages, timestamps, durations and the host's own
/// functions. What it is strict about, it is strict about when the expression is loaded: `1 + 1u` is refused there.
public struct Expression: Sendable {
  public let text: String
  /// What the values of the expression are; `dyn` where that shows only when it runs.
  public let type: ValueType
  private let source: Source
  private let result: ValueType
  let operation: any Operation
  private let localCount: Int
  private let slots: Set<Int>

  /// Throws the first thing that is wrong, with its place: syntax, names, types, or another result than `result`.
  ///
  /// - Parameter result: what the host wants; `.dynamic` for anything.
  public init(
    _ text: String, _ environment: Environment, result: ValueType = .dynamic
  ) throws(ExpressionError) {
    let source = Source(text)
    var compiler = Compiler(source, environment)
    let tree = try Parser.parse(source)
    let checked = try compiler.compile(tree)
    guard checked.type.mayBe(result) else {
      throw source.error("the expression is \(checked.type), and must be \(result)", at: 0)
    }
    self.text = text
    self.source = source
    self.result = result
    type = checked.type
    operation = checked.operation
    localCount = compiler.localCount
    slots = compiler.slots
  }

  /// Whether the expression reads the variable: a host need not bind what is not read.
  public func reads(_ variable: Variable) -> Bool { reads(slot: variable.slot) }

  func reads(slot: Int) -> Bool { slots.contains(slot) }

  /// Throws when there is no value: an overflow, a missing key, more steps than one evaluation may take.
  ///
  /// - Parameter bindings: of the environment the expression was loaded with.
  public func evaluate(_ bindings: Bindings) throws(EvaluationError) -> Value {
    var frame = Frame(bindings: bindings.values, localCount: localCount)
    do throws(Failure) {
      let value = try operation.value(in: &frame)
      if let wanted = result.kind, value.kind != wanted { throw Failure(.wrongResult(value.kind), at: 0) }
      return value
    } catch {
      throw EvaluationError(error.cause, at: source.position(at: error.offset))
    }
  }
}
