// Expressions: those of a policy are checked when it is loaded, each distinct text once.

import CEL
import Exchange

/// What `when` of a candidate may ask. An environment has a place for each budget it knows, so whoever evaluates
/// declares only those that are asked about: `Policy.conditionBudgets`.
public struct ConditionVariables: Sendable {
  public let environment: Environment
  /// `budget.remaining`: what is left of the tightest budget that applies, from 0 to 1.
  public let remaining: Variable
  /// `budget.NAME.remaining`, or `budget["per-user"].remaining`.
  public let remainingOf: [BudgetName: Variable]
  /// `headers["x-tier"]`: names in lower case.
  public let headers: Variable
  /// The model the agent asked for.
  public let model: Variable
  /// The hour of the day in UTC, from 0 to 23.
  public let hour: Variable

  public init(budgets: [BudgetName]) {
    var environment = Environment()
    remaining = environment.declare("budget", "remaining", as: .double)
    headers = environment.declare("headers", as: .map(key: .string, value: .string))
    model = environment.declare("model", as: .string)
    hour = environment.declare("hour", as: .int)
    var remainingOf: [BudgetName: Variable] = [:]
    for name in budgets where remainingOf[name] == nil {
      remainingOf[name] = environment.declare("budget", name.text, "remaining", as: .double)
    }
    self.remainingOf = remainingOf
    self.environment = environment
  }
}

/// Checks expressions of one kind.
final class ExpressionCheck {
  /// Each takes a few milliseconds to check at worst.
  private static let distinctMax = 256
  private static let trialsMax = 16

  /// Throws what is wrong with an expression; returns the budgets that it asks about.
  private let load: (String) throws(ExpressionError) -> [BudgetName]
  private var faults: [String: ExpressionError] = [:]
  private var seen: Set<String> = []
  private(set) var budgets: Set<BudgetName> = []

  private init(load: @escaping (String) throws(ExpressionError) -> [BudgetName]) { self.load = load }

  /// Conditions of candidates.
  /// - Parameter budgets: the names of all that are written.
  static func conditions(budgets: [BudgetName]) -> ExpressionCheck {
    var declared: ConditionVariables?
    return ExpressionCheck { (text) throws(ExpressionError) in
      let variables = declared ?? ConditionVariables(budgets: budgets)
      declared = variables
      let expression = try Expression(text, variables.environment, result: .bool)
      return variables.remainingOf.filter { expression.reads($0.value) }.map(\.key)
    }
  }

  /// Costs of budgets, which are never less than nothing.
  /// - Parameter models: names to try costs with, for a cost may depend on the model.
  static func costs(models: [ModelName]) -> ExpressionCheck {
    let calls = models.prefix(trialsMax).map {
      CostExpression.Call(model: $0, backend: BackendName(""), route: $0.text)
    }
    return ExpressionCheck { (text) throws(ExpressionError) in
      _ = try CostExpression(text, trying: calls)
      return []
    }
  }

  func check(_ text: String, at place: Place, _ diagnostics: inout Diagnostics) {
    if !seen.contains(text) {
      if seen.count == Self.distinctMax {
        place.report(
          "is one more than the \(Self.distinctMax) different expressions a policy may have", &diagnostics)
        return
      }
      seen.insert(text)
      do { budgets.formUnion(try load(text)) } catch { faults[text] = error }
    }
    if let fault = faults[text] {
      place.report("is no valid expression, at " + harmless(fault.description, charactersMax: 400), &diagnostics)
    }
  }
}

extension Place {
  private static var expressionBytesMax: Int { 4096 }

  /// The text of an expression that passes the check.
  func expression(_ check: ExpressionCheck, _ diagnostics: inout Diagnostics) -> String? {
    guard let text = text(&diagnostics) else { return nil }
    guard (1...Self.expressionBytesMax).contains(text.utf8.count) else {
      report("must be an expression of 1 to \(Self.expressionBytesMax) bytes", &diagnostics)
      return nil
    }
    check.check(text, at: self, &diagnostics)
    return text
  }
}
