// Route: a virtual model's chain with everything its candidates need, made once when the policy comes into force.

import Bytes
import CEL
import Conversation
import Dialects
import Exchange
import HTTP
import Hub
import Policy
import Prices
import Reactor
import Routing
import Telemetry
import Upstream

/// A backend at run time: its connections, its credential and its health.
@EventLoop
final class LiveBackend {
  let name: BackendName
  let provider: String
  let pool: ConnectionPool
  let credential: Credential?
  /// Headers in which agents bring keys of their own, of all backends: they go up nowhere.
  private let keyHeaders: [String]
  /// What it speaks; a call in another dialect is put into the words of the first.
  let dialects: [Dialect]
  /// A copy of OpenAI's dialect is spoken beside its own.
  let copiesOpenAI: Bool
  let outputMaxField: OutputMaxField
  /// Its streams end with their usage unasked.
  let alwaysTellsUsage: Bool
  /// What comes before `/chat/completions`.
  let basePath: ByteSlice
  /// The same for the provider's own dialect: Gemini's does not stand under `/openai`.
  let nativePath: ByteSlice
  /// Azure's dated API, whose paths name the model.
  let apiVersion: String?
  /// What calls of chat completions, and all that are translated for it, must heed.
  let habits: ProviderHabits
  /// The Host field as a header line.
  let hostLine: ByteSlice
  let baseURL: String
  /// Gets no new calls: the operator says so.
  let isDrained: Bool
  var circuit = Circuit()
  /// Attempts, and those among them that failed.
  private(set) var calls = 0
  private(set) var failures = 0

  init(
    _ backend: Policy.Backend, pool: ConnectionPool, credential: Credential?, keyHeaders: [String]
  ) {
    name = backend.name
    provider = backend.provider.name
    baseURL = backend.baseURL.description
    isDrained = backend.isDrained
    dialects = backend.dialects
    copiesOpenAI = backend.openAIBasePath != nil
    apiVersion = backend.apiVersion
    alwaysTellsUsage = backend.provider.alwaysTellsUsage
    self.pool = pool
    self.credential = credential
    self.keyHeaders = keyHeaders
    self.outputMaxField = OutputMaxField(rawValue: backend.provider.maxTokensField) ?? .maxTokens
    basePath = ByteSlice(backend.openAIBasePath ?? backend.baseURL.path)
    nativePath = ByteSlice(backend.baseURL.path)
    var habits = ProviderHabits(of: backend.provider.name)
    habits.asksForStreamUsage = !backend.provider.alwaysTellsUsage
    // OpenAI's own address may be any server's; there the model's name says more.
    if backend.provider.name != "openai" { habits.outputMaxField = backend.provider.maxTokensField }
    self.habits = habits
    var line = ByteBuffer()
    line.appendField("host", pool.target.authority)
    hostLine = line.take()
  }

  /// The dialect a call is asked in here: the agent's where it is spoken, or where a copy of OpenAI's serves what nobody
  /// has other words for.
  func dialect(for call: Call) -> Dialect {
    if dialects.contains(call.dialect) { return call.dialect }
    if call.endpoint.countsOnly, let counting = dialects.first(where: { $0.countingSpoke != nil }) { return counting }
    let isTranslated = call.endpoint.isConversation || call.endpoint.isEmbedding
    return call.dialect == .openAI && copiesOpenAI && !isTranslated ? .openAI : dialects[0]
  }

  /// The least bound on the output that it is told where a call is put into other words.
  func outputMin(for call: Call) -> TokenCount {
    let dialect = dialect(for: call)
    return dialect == call.dialect ? .zero : TokenCount(dialect.spoke?.outputMin ?? 0)
  }

  /// The field brings a key of the agent's own.
  func takes(_ name: Span<UInt8>) -> Bool {
    keyHeaders.contains { name.equalsIgnoringCase($0.utf8.span) }
  }

  /// What the end of an attempt says about the backend's health.
  func note(_ ending: Ending) {
    let now = MonotonicTime(nanoseconds: EventLoop.now)
    calls += 1
    switch ending.outcome {
    case .answered: circuit.succeeded()
    case .agentGone:
      // An answer that nobody waited for is one all the same.
      if ending.usage?.basis == .reported { circuit.succeeded() } else { circuit.abandoned(at: now) }
    case .brokenOff:
      failures += 1
      circuit.failed(at: now)
    case .failed(let failure):
      // Without a trigger the backend answered, only not what the agent hoped for.
      guard failure.trigger != nil else { return circuit.succeeded() }
      failures += 1
      circuit.failed(at: now, retryAfterMs: failure.retryAfterMs)
    }
  }

  func close() {
    pool.close()
    credential?.close()
  }
}

/// One candidate of a chain, ready to be asked.
@EventLoop
final class LiveCandidate {
  let backend: LiveBackend
  let modelNameOverride: ModelName?
  /// Fields of the agent's that this backend need not be told where its dialect has no words for them.
  let mayDrop: Set<String>
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
    _ backend: LiveBackend, modelNameOverride: ModelName?, mayDrop: Set<String> = [],
    condition: CandidateCondition? = nil, prices: PriceTable, metrics: Metrics
  ) {
    self.mayDrop = mayDrop
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
