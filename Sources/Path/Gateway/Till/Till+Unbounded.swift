// Till+Unbounded: calls whose bill nobody can bound, or nobody has a price for: under a budget that counts it they do not pass.

import Admission
import Dialects
import Exchange
import Hub
import Meters
import Policy
import Prices

extension Till {
  /// Why `call` may not pass: a budget applies, and what its endpoint bills is not known before. nil for all others.
  func closed(_ call: Call, at candidate: LiveCandidate, under serving: Serving) -> Fault? {
    let endpoint = call.endpoint
    if !endpoint.isUnbounded { return nil }
    if let open = serving.policy.passThrough.entry(endpoint.name, endpoint.path.text) {
      call.charge = open.charge
      return nil
    }
    let isUnderAny = endpoint.row.charge.treatment == .closedUnderAny
    let budget = admission.limiting(evenRequests: isUnderAny) {
      serving.selectors.value(of: $0, for: call, at: candidate.backend.name)
    }
    guard let budget else { return nil }
    let reason =
      isUnderAny
      ? "gives out a key that is spent where no budget counts it"
      : "is billed in a way that budget \(budget) cannot count before it is sent"
    return Fault(
      party: .agent, status: 403, type: "invalid_request_error", code: "endpoint_not_metered",
      message: "\(endpoint.name) \(reason), so it is closed while budget \(budget) applies. The policy opens it with "
        + "passThrough: [\"\(endpoint.name)\"], or with passThrough: [{endpoint: \"\(endpoint.name)\", charge: $0.02}] to book "
        + "that much for each call.")
  }

  /// What the tokens of `call` cost at the most; nil where that is not known.
  func price(of call: Call, _ ask: Ask, at candidate: LiveCandidate, under serving: Serving) -> WorstPrice? {
    // Then its tokens cost nothing more.
    if call.charge != nil { return nil }
    let free = WorstPrice(perInputToken: .free, perOutputToken: .free)
    if call.endpoint.isFree { return free }
    let facts = call.body?.facts ?? CallFacts()
    if facts.dearerOption != nil { return nil }
    let price = candidate.pricing(for: call.model).worst(input: ask.input, holding: DearerContent(facts))
    // The policy has opened it, priced or not.
    return call.endpoint.isUnbounded ? price ?? free : price
  }

  /// A budget counts dollars, and what `call` costs at `candidate` has no price.
  func unpriced(_ call: Call, at candidate: LiveCandidate, _ refusal: Refusal) -> Fault {
    let backend = candidate.backend.name
    let model = candidate.providerModel(for: call.model)?.text ?? ""
    let message: String
    if let option = call.body?.facts.dearerOption {
      message =
        "\(option) may cost more than the list price of the model \(model), and by how much is not known, so budget "
        + "\(refusal.budget), which counts dollars, cannot hold it. Leave it out."
    } else if model.isEmpty {
      message = "The request names no model, so budget \(refusal.budget), which counts dollars, cannot tell its price."
    } else {
      message =
        "No price is known for the model \(model) at backend \(backend), so budget \(refusal.budget), which counts dollars, "
        + "cannot hold it. Add it to the policy in dollars per million tokens, as in prices: "
        + "{\"\(backend)/\(model)\": {input: 2.50, output: 10}}, or write unpriced: allow."
    }
    return Fault(
      party: .agent, status: 400, type: "invalid_request_error", code: "unpriced_model", param: "model",
      message: message)
  }
}

extension Endpoint {
  /// Nobody can say before what a call is billed.
  fileprivate var isUnbounded: Bool {
    switch row.charge.treatment {
    case .passed, .held: false
    case .closed, .closedUnderAny: true
    }
  }
}
