// LiveBackend: a backend at run time: how it is reached, what it speaks, and how it is doing.

import Bytes
import Client
import Conversation
import Dialects
import Exchange
import Hub
import Policy
import Providers
import Reactor
import Routing
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
  /// What its provider does differently, whoever's words a call is asked in.
  let habits: ProviderHabits
  let paths: BasePaths
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
    habits = backend.provider.habits
    self.pool = pool
    self.credential = credential
    self.keyHeaders = keyHeaders
    paths = BasePaths(
      openAI: backend.openAIBasePath ?? backend.baseURL.path, native: backend.baseURL.path,
      apiVersion: backend.apiVersion)
    var line = ByteBuffer()
    line.appendField("host", pool.target.authority)
    hostLine = line.take()
  }

  /// The dialect a call is asked in here: the agent's where it is spoken, or where a copy of OpenAI's serves what nobody
  /// has other words for.
  func dialect(for call: Call) -> Dialect {
    if dialects.contains(call.dialect) { return call.dialect }
    if call.endpoint.kind == .count, let counting = dialects.first(where: { $0.adapter.counting != nil }) {
      return counting
    }
    let isTranslated = call.endpoint.kind == .conversation || call.endpoint.kind == .embedding
    return call.dialect == .openAI && copiesOpenAI && !isTranslated ? .openAI : dialects[0]
  }

  /// The least bound on the output that it is told where a call is put into other words.
  func outputMin(for call: Call) -> TokenCount {
    let dialect = dialect(for: call)
    return dialect == call.dialect ? .zero : TokenCount(dialect.adapter.conversations?.outputMin ?? 0)
  }

  /// The field brings a key of the agent's own.
  func takes(_ name: Span<UInt8>) -> Bool {
    keyHeaders.contains { name.equalsIgnoringCase($0.utf8.span) }
  }

  /// What the end of an attempt says about the backend's health; whether that opened its circuit, or closed it.
  func note(_ ending: Ending) -> CircuitChange? {
    let before = circuit.state
    judge(ending)
    return circuit.change(since: before)
  }

  private func judge(_ ending: Ending) {
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
