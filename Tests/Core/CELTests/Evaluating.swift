// Evaluating: what the tests of expressions share.

@testable import CEL

/// What an expression comes to, as one would write it, or `!` and why it does not.
func outcome(_ text: String, _ variables: [(String, Value)] = []) -> String {
  var environment = Environment()
  let declared = variables.map { (environment.declare($0.0, as: ValueType($0.1.kind)), $0.1) }
  var bindings = Bindings(environment)
  for (variable, value) in declared { bindings[variable] = value }
  do {
    return try Expression(text, environment).evaluate(bindings).description
  } catch let error as ExpressionError {
    return "! \(error)"
  } catch {
    return "! when it runs: \(error)"
  }
}

/// The text of the refusal, or the value where there is none.
func refusal(_ text: String, in environment: Environment = Environment(), result: ValueType = .dynamic) -> String {
  do throws(ExpressionError) {
    return "loaded as \(try Expression(text, environment, result: result).type)"
  } catch {
    return error.description
  }
}

/// Splitmix64: the same numbers for the same seed, on every machine.
struct SeededNumbers: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
