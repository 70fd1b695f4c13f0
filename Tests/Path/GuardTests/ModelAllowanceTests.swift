import Exchange
import Guard
import HTTP
import Meters
import Testing

@Suite struct ModelAllowanceTests {
  private let free = ModelAllowance(
    plan: "free", match: [.init(.team, .isPresent(false))], models: [ModelName("gpt-4o-mini")], beginnings: ["llama-"])

  /// The refusal of a call for `model`, or nil.
  private func refusal(
    _ allowance: ModelAllowance, _ model: String?, _ method: HTTP.Method = .post, team: String? = nil
  ) -> Fault? {
    do throws(Fault) {
      try allowance.check(model.map { ModelName($0) }, asked: method) { $0 == .team ? team : nil }
      return nil
    } catch { return error }
  }

  @Test func aPlanAllowsWhatItNamesAndWhatBeginsLikeIt() {
    for model in ["gpt-4o-mini", "llama-", "llama-3.3-70b"] { #expect(refusal(free, model) == nil) }
    for model in ["gpt-4o", "gpt-4o-mini-2", "GPT-4O-MINI", "llama", ""] {
      #expect(refusal(free, model)?.code == "model_not_allowed", "\(model)")
    }
  }

  @Test func itRefusesNobodyItDoesNotSpeakFor() { #expect(refusal(free, "gpt-4o", team: "eng") == nil) }

  @Test func everyConditionOfAPlanMustHold() {
    let both = ModelAllowance(
      plan: "both", match: [.init(.team, "eng"), .init(.user, .startsWith("a"))], models: [ModelName("m")],
      beginnings: [])
    let values: [(user: String?, team: String?, speaks: Bool)] = [
      ("alice", "eng", true), ("bob", "eng", false), ("alice", "ops", false), (nil, "eng", false), (nil, nil, false),
    ]
    for (user, team, speaks) in values {
      var isRefused = false
      do throws(Fault) {
        try both.check(ModelName("other"), asked: .post) { $0 == .team ? team : user }
      } catch { isRefused = true }
      #expect(isRefused == speaks, "\(user ?? "-") \(team ?? "-")")
    }
  }

  @Test func whatNamesNoModelMayReadAndDeleteOnly() {
    for method in [HTTP.Method.get, .head, .delete, .options] { #expect(refusal(free, nil, method) == nil) }
    for method in [HTTP.Method.post, .put, .patch, .other] { #expect(refusal(free, nil, method)?.status == 403) }
  }

  @Test func aRefusalSaysWhatIsAllowedAndWhatToDo() {
    #expect(
      refusal(free, "gpt-4o")
        == Fault(
          party: .agent, status: 403, type: "invalid_request_error", code: "model_not_allowed", param: "model",
          message: "Plan free allows the models gpt-4o-mini, llama-*, and the request asks for gpt-4o. Ask for one of "
            + "them, or for another plan."))
    #expect(
      refusal(free, nil)?.message
        == "Plan free allows the models gpt-4o-mini, llama-*, and the request names no model. Name one of them in the "
        + "header x-ai-eg-model.")
  }

  @Test func aRefusalNamesTwentyModelsAtTheMost() {
    let many = ModelAllowance(plan: "p", match: [], models: (1...23).map { ModelName("m\($0)") }, beginnings: [])
    let message = refusal(many, "other")?.message ?? ""
    #expect(message.hasPrefix("Plan p allows the models m1, m2, "))
    #expect(message.contains(", m20 and 3 more, and the request asks for other."))
  }
}
