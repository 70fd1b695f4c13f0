// Route: a virtual model's chain with everything its candidates need, made once when the policy comes into force.

import Bytes
import CEL
import Conversation
import Exchange
import Prices
import Reactor
import Routing
import Telemetry

/// One candidate of a chain, ready to be asked.
@EventLoop
final class LiveCandidate {
  let backend: LiveBackend
  let modelNameOverride: ModelName?
  /// Fields of the agent's that this backend need not be told where its dialect has no words for them.
  let leeway: Leeway
  /// It is asked only where this holds; nil asks nothing.
  let condition: CandidateCondition?
  /// `x-ai-provider` and `x-ai-backend`, as header lines.
  let identityLines: ByteSlice
  private let metrics: Metrics
  private let prices: PriceTable
  private var series: (model: ModelName, series: Series)?
  private var pricing: (model: ModelName, pricing: Pricing)?
  /// The text of its prices, as every receipt has it.
  private var priceRow: String?
  /// That its condition could not be evaluated has been logged.
  var hasComplained = false

  init(
    _ backend: LiveBackend, modelNameOverride: ModelName?, leeway: Leeway = Leeway(),
    condition: CandidateCondition? = nil, prices: PriceTable, metrics: Metrics
  ) {
    self.leeway = leeway
    self.prices = prices
    self.backend = backend
    self.modelNameOverride = modelNameOverride
    self.condition = condition
    self.metrics = metrics
    var lines = ByteBuffer()
    lines.appendField("x-ai-provider", backend.provider)
    lines.appendField("x-ai-backend", backend.name.text)
    identityLines = lines.take()
  }

  /// The name this backend is asked for when the agent asked for `model`.
  func providerModel(for model: ModelName?) -> ModelName? { modelNameOverride ?? model }

  /// What this backend charges when the agent asked for `model`.
  func pricing(for model: ModelName?) -> Pricing {
    let asked = providerModel(for: model) ?? ModelName("")
    if let pricing, pricing.model == asked { return pricing.pricing }
    let found = prices.price(of: asked, at: backend.name, provider: backend.provider)
    pricing = (asked, found)
    priceRow = found.priceRow
    return found
  }

  /// The prices on a receipt of `model`, from which its cost can be worked out again; nil where none is known.
  func priceRow(for model: ModelName?) -> String? {
    _ = pricing(for: model)
    return priceRow
  }

  /// The counters of `model` on this backend.
  func series(for model: ModelName?) -> Series {
    let model = model ?? ModelName("")
    if let series, series.model == model { return series.series }
    let found = metrics.series(model: model.text, backend: backend.name.text)
    series = (model, found)
    return found
  }
}

extension LiveCandidate {
  /// What expressions of budgets may look at.
  func costing(of call: Call) -> CostExpression.Call {
    CostExpression.Call(model: call.model ?? ModelName(""), backend: backend.name, route: call.model?.text ?? "")
  }
}

/// A chain and its candidates, index by index.
@EventLoop
struct Route {
  let chain: Chain
  let candidates: [LiveCandidate]
  let hasConditions: Bool
  /// Its candidates do not all speak the same first dialect: a conversation may have begun in the words of another.
  let speaksSeveral: Bool

  init(chain: Chain, candidates: [LiveCandidate]) {
    self.chain = chain
    self.candidates = candidates
    hasConditions = candidates.contains { $0.condition != nil }
    speaksSeveral = Set(candidates.map { $0.backend.dialects[0] }).count > 1
  }

  /// The candidates in the order one call tries them.
  func order(using random: inout some RandomNumberGenerator) -> [LiveCandidate] {
    chain.isFixed ? candidates : chain.order(using: &random).map { candidates[$0] }
  }
}
