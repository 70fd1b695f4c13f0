// CandidateCondition: `when` of a candidate: compiled once, asked before each call.

import Admission
import CEL
import Exchange
import Policy

/// What a condition can ask about a call. Closures, so that only what is read is found out.
struct ConditionFacts {
  let model: ModelName?
  let now: WallTime
  let headers: () -> [(key: String, value: String)]
  /// The budgets that apply to the call on this candidate.
  let remaining: () -> [BudgetRemaining]
}

/// One candidate's condition. Evaluating it has no effects and takes a bounded amount of work (`CEL.Limits`).
struct CandidateCondition: Sendable {
  enum Answer: Hashable {
    case holds
    case fails
    /// It has no value for this call: a header that is not there, say. People are told why.
    case cannotTell(String)
  }

  private let expression: Expression
  private let variables: ConditionVariables
  /// `budget["NAME"].remaining`, those that it asks for.
  private let named: [(budget: BudgetName, variable: Variable)]

  /// As the policy writes it.
  var text: String { expression.text }
  /// Whether what is left of budgets decides.
  let readsBudgets: Bool

  /// - Parameter variables: those of the policy that `text` comes from.
  init(_ text: String, _ variables: ConditionVariables) throws(ExpressionError) {
    let expression = try Expression(text, variables.environment, result: .bool)
    self.expression = expression
    self.variables = variables
    named = variables.remainingOf.filter { expression.reads($0.value) }.map { ($0.key, $0.value) }
    readsBudgets = !named.isEmpty || expression.reads(variables.remaining)
  }

  func answer(_ facts: ConditionFacts) -> Answer {
    var bindings = Bindings(variables.environment)
    if readsBudgets {
      let all = facts.remaining()
      bindings[variables.remaining] = .double(all.map(\.fraction).min() ?? 1)
      for (budget, variable) in named {
        // A budget that does not apply to the call leaves it everything.
        bindings[variable] = .double(all.first { $0.budget == budget }?.fraction ?? 1)
      }
    }
    if expression.reads(variables.headers) { bindings[variables.headers] = .map(ValueMap(facts.headers())) }
    if expression.reads(variables.model) { bindings[variables.model] = .string(facts.model?.text ?? "") }
    if expression.reads(variables.hour) { bindings[variables.hour] = .int(facts.now.hourOfDay) }
    do throws(EvaluationError) {
      guard case .bool(let holds) = try expression.evaluate(bindings) else { return .cannotTell("it is no yes or no") }
      return holds ? .holds : .fails
    } catch { return .cannotTell(error.description) }
  }
}

extension WallTime {
  /// In UTC, from 0 to 23.
  var hourOfDay: Int64 {
    let hours = milliseconds / 3_600_000 - (milliseconds % 3_600_000 < 0 ? 1 : 0)
    return (hours % 24 + 24) % 24
  }
}
