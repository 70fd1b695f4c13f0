// Serving: a policy in force: its routes, budgets and limits in the form the path uses.

import Admission
import Client
import Dialects
import Exchange
import HTTP
import Hub
import Identity
import Listener
import Meters
import Policy
import Prices
import Reactor
import Routing
import Telemetry
import Upstream

/// Made whole from one policy and replaced whole by the next; calls on their way keep the one they began with.
@EventLoop
final class Serving {
  /// Without its budgets: `rules` has them.
  let policy: Policy
  let models: ModelList
  let rules: [BudgetRule]
  let connectionLimits: ConnectionLimits
  let trust: Trust
  let selectors: Selectors
  /// Some budget counts output, so calls without a bound are given one.
  let boundsOutput: Bool
  /// Some budget counts money.
  let countsMoney: Bool
  let costs: CostBook
  let prices: PriceTable
  private var routes: [Policy.ModelPattern: Route] = [:]
  /// For paths without a model: the first backend that speaks the path's dialect, else the first of all.
  private var firstBackends: [Dialect: Route] = [:]
  /// In the policy's order.
  let backends: [LiveBackend]

  /// Throws a sentence naming the backend whose secret cannot be had; nothing of the old policy is touched.
  init(
    _ policy: Policy, environment: [String: String], pod: PodIdentity, metrics: Metrics, at now: WallTime,
    onSecret: @escaping @EventLoop (BackendName, String?) -> Void
  ) throws(StartupError) {
    self.policy = policy.withoutBudgets
    do throws(PolicyError) {
      rules = try policy.budgetRules(read: Files.zone)
    } catch { throw StartupError(error.diagnostics.map { "\($0.path): \($0.message)" }.joined(separator: "\n")) }
    boundsOutput = rules.contains { rule in
      switch rule.unit {
      case .totalTokens, .outputTokens, .reasoningTokens, .usd, .cost: rule.enforcement != .unlimited
      case .inputTokens, .cachedInputTokens, .cacheCreationInputTokens, .requests: false
      }
    }
    countsMoney = rules.contains { $0.unit == .usd }
    costs = CostBook(policy.budgets)
    let prices = policy.priceTable()
    self.prices = prices
    trust = Trust(Trust.Headers(policy.identity), pod: pod)
    selectors = try Selectors(rules, policy.plans, trusting: trust.headers)
    connectionLimits = ConnectionLimits(policy.limits)
    models = ModelList(
      policy.models.compactMap { model in
        guard case .exact(let name) = model.pattern else { return nil }
        return ModelList.Entry(name: name, owner: model.ownedBy)
      }, created: now, createdText: now.iso8601)
    let keyHeaders = Set(policy.backends.compactMap(\.credential?.overrideHeader)).sorted()
    var live: [BackendName: LiveBackend] = [:]
    do throws(StartupError) {
      for backend in policy.backends {
        live[backend.name] = try Self.open(backend, keyHeaders: keyHeaders, environment: environment) {
          onSecret(backend.name, $0)
        }
      }
    } catch {
      for opened in live.values { opened.close() }
      throw error
    }
    backends = policy.backends.map { live[$0.name]! }
    let variables = ConditionVariables(budgets: Array(policy.conditionBudgets))
    for model in policy.models {
      let chain = Chain(
        candidates: model.chain.map {
          Candidate(
            backend: $0.backend, modelNameOverride: $0.modelNameOverride, priority: $0.priority, weight: $0.weight)
        }, failsOverOn: model.failover)
      // Both stand in the order of priority.
      var candidates: [LiveCandidate] = []
      for (candidate, written) in zip(chain.candidates, model.chain) {
        candidates.append(
          LiveCandidate(
            live[candidate.backend]!, modelNameOverride: candidate.modelNameOverride,
            leeway: model.leeway, condition: try Self.condition(written, of: model, variables), prices: prices,
            metrics: metrics))
      }
      routes[model.pattern] = Route(chain: chain, candidates: candidates)
    }
    for dialect in Dialect.allCases {
      let first = backends.first { $0.dialects.contains(dialect) } ?? backends[0]
      firstBackends[dialect] = Route(
        chain: Chain(candidates: [Candidate(backend: first.name, priority: 0)], failsOverOn: []),
        candidates: [LiveCandidate(first, modelNameOverride: nil, prices: prices, metrics: metrics)])
    }
  }

  /// The route of a call: its model's chain; for endpoints without one, the first backend. Throws 404 for a model
  /// nobody serves.
  func route(of call: Call) throws(Fault) -> Route {
    if let model = call.model {
      if let known = policy.model(serving: model), let route = routes[known.pattern] { return route }
      if call.endpoint.isModelCall { throw unknown(model) }
    }
    return firstBackends[call.dialect]!
  }

  func unknown(_ model: ModelName) -> Fault {
    let served = policy.models.map(\.pattern.description).prefix(20).joined(separator: ", ")
    return Fault(
      party: .agent, status: 404, type: "invalid_request_error", code: "model_not_found", param: "model",
      message: "No chain serves the model \(model). This gateway serves: \(served).")
  }

  /// Closes idle connections and stops watching secrets; calls on their way finish on theirs.
  func close() { for backend in backends { backend.close() } }

  private static func open(
    _ backend: Policy.Backend, keyHeaders: [String], environment: [String: String],
    onSecret: @escaping @EventLoop (String?) -> Void
  ) throws(StartupError) -> LiveBackend {
    let url = backend.baseURL
    let target = ClientTarget(
      isTLS: url.isHTTPS, host: url.host, port: url.port, authority: url.authority, caFile: backend.caFile,
      timeouts: .init(
        connectMs: backend.timeouts.connectMs, firstByteMs: backend.timeouts.firstByteMs,
        idleMs: backend.timeouts.idleMs))
    let pool: ConnectionPool
    do throws(ClientFault) {
      pool = try ConnectionPool(to: target, limits: HTTPLimits())
    } catch { throw StartupError("backends.\(backend.name).tls: \(error.message)") }
    var credential: Credential?
    if let written = backend.credential {
      do throws(SecretError) {
        credential = try Credential(
          Credential.Source(written.source, of: backend), forms: written.forms(of: backend.provider),
          authority: url.authority, overrideHeader: written.overrideHeader, environment: environment,
          onChange: onSecret)
      } catch { throw StartupError("backends.\(backend.name).auth: \(error.message)") }
    }
    return LiveBackend(backend, pool: pool, credential: credential, keyHeaders: keyHeaders)
  }

  private static func condition(
    _ candidate: Policy.Candidate, of model: Policy.Model, _ variables: ConditionVariables
  ) throws(StartupError) -> CandidateCondition? {
    guard let text = candidate.condition else { return nil }
    do { return try CandidateCondition(text, variables) } catch {
      throw StartupError("models.\(model.pattern): when of \(candidate.backend): \(error)")
    }
  }
}

/// Why the sidecar cannot start, or a policy cannot come into force: one line, naming the flag, field or path.
public struct StartupError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String
  public init(_ description: String) { self.description = description }
}
