// ModelAllowance: the models that a plan lets its calls ask for.

import Exchange
import HTTP
import Meters

/// One plan with a list of models. It speaks for the calls that agree with all of `match`; a call under several plans
/// needs a model that all of them allow.
public struct ModelAllowance: Sendable {
  private enum Limits {
    /// Models a refusal names.
    static let namedMax = 20
  }

  private let plan: String
  private let match: [BudgetRule.Selector]
  private let models: Set<ModelName>
  /// How names may begin.
  private let beginnings: [String]
  private let spelled: String

  /// - Parameter beginnings: of names that are allowed too, without their `*`.
  public init(plan: String, match: [BudgetRule.Selector], models: [ModelName], beginnings: [String]) {
    self.plan = plan
    self.match = match
    self.models = Set(models)
    self.beginnings = beginnings
    let names = models.map(\.text) + beginnings.map { $0 + "*" }
    let more = names.count > Limits.namedMax ? " and \(names.count - Limits.namedMax) more" : ""
    spelled = names.prefix(Limits.namedMax).joined(separator: ", ") + more
  }

  /// What must be known of a call to tell whether the plan speaks for it.
  public var dimensions: [BudgetRule.Dimension] { match.map(\.dimension) }

  /// Throws 403 where the plan speaks for the call and does not allow `model`. A request without a model may read and
  /// delete; what else it does could be work for any model, as an upload of a batch is.
  public func check(
    _ model: ModelName?, asked method: Method, value: (BudgetRule.Dimension) -> String?
  ) throws(Fault) {
    for selector in match where !selector.matches(value(selector.dimension)) { return }
    guard let model else {
      if method == .get || method == .head || method == .delete || method == .options { return }
      throw refusal("names no model. Name one of them in the header x-ai-eg-model.")
    }
    if models.contains(model) || beginnings.contains(where: { model.text.utf8.starts(with: $0.utf8) }) { return }
    throw refusal("asks for \(model). Ask for one of them, or for another plan.")
  }

  private func refusal(_ reason: String) -> Fault {
    Fault(
      party: .agent, status: 403, type: "invalid_request_error", code: "model_not_allowed", param: "model",
      message: "Plan \(plan) allows the models \(spelled), and the request \(reason)")
  }
}
