// Governor+Reading: the methods that look and change nothing.

import Control
import Exchange
import JSON
import Ledger
import Policy
import Reactor

extension Governor {
  func status() async -> JSONValue {
    let ledger = ledger
    let receipts = await Workers.run { try? ledger.receiptCount() }
    var warnings = store.warnings + governed.warnings
    if receipts == nil { warnings.append("The ledger \(ledger.path) cannot be read.") }
    return [
      "program": .string(program.name), "version": .string(program.version), "pid": .integer(Int64(program.pid)),
      "startedAt": .integer(program.startedAt.milliseconds),
      "generation": .integer((store.current?.generation ?? .none).number), "policySource": .string(store.source.name),
      "sidecars": .integer(Int64(governed.sidecarAccounts().count { $0.state != .gone })),
      "budgets": .integer(Int64(store.current?.policy.budgets.count ?? 0)),
      "receipts": .integer(Int64(receipts ?? 0)), "warnings": .array(warnings.map(JSONValue.string)),
    ]
  }

  func budgets(_ parameters: CheckedFields) throws(ControlError) -> JSONValue {
    let name = parameters.optionalString("name")
    if let name {
      let known = store.current?.policy.budgets.map(\.name.text) ?? []
      if !known.contains(name) {
        throw .unknownBudget(name: name, known: Nearness.closest(to: name, among: known))
      }
    }
    return ["budgets": .array(governed.budgetAccounts(of: name.map { BudgetName($0) }).map(\.json))]
  }

  func backends() -> JSONValue {
    let statuses = governed.backendStatuses()
    let backends = (store.current?.policy.backends ?? []).map { backend in
      let status = statuses[backend.name]
      return BackendAccount(
        name: backend.name, provider: backend.provider.name, baseURL: backend.baseURL.description,
        isDrained: backend.isDrained, circuit: status?.circuit ?? .closed, calls: status?.calls ?? 0,
        failures: status?.failures ?? 0)
    }
    return ["backends": .array(backends.map(\.json))]
  }

  func prices(_ parameters: CheckedFields) -> [JSONValue] { governed.prices(of: parameters.optionalString("model")) }

  func usage(_ parameters: CheckedFields) async throws(ControlError) -> JSONValue {
    var keys: [UsageKey] = []
    for (index, word) in parameters.strings("by").enumerated() {
      guard let key = UsageKey(rawValue: word), !keys.contains(key) else { throw .invalidParameter("by[\(index)]") }
      keys.append(key)
    }
    let since = parameters.optionalInteger("since").map(WallTime.init(milliseconds:))
    let until = parameters.optionalInteger("until").map(WallTime.init(milliseconds:))
    let rows = try await read { [keys] ledger throws(LedgerError) in
      try ledger.usage(by: keys, since: since, until: until)
    }
    return ["rows": .array(rows.map(\.json))]
  }

  func receipts(_ parameters: CheckedFields) async throws(ControlError) -> JSONValue {
    let request = parameters.string("request")
    let receipts = try await receipts(of: request)
    if receipts.isEmpty { throw .unknownRequest(request) }
    return ["receipts": .array(receipts.map(\.json))]
  }

  func explain(_ parameters: CheckedFields) async throws(ControlError) -> JSONValue {
    let request = parameters.string("request")
    let receipts = try await receipts(of: request)
    let explanation = RequestID(digits: request) == nil ? nil : await governed.explain(request)
    if explanation == nil, receipts.isEmpty { throw .unknownRequest(request) }
    return ["explanation": explanation ?? JSONValue(explaining: receipts), "receipts": .array(receipts.map(\.json))]
  }

  private func receipts(of request: String) async throws(ControlError) -> [Receipt] {
    guard let request = RequestID(digits: request) else { return [] }
    return try await read { ledger throws(LedgerError) in try ledger.receipts(request: request) }
  }

  private func read<Answer: Sendable>(
    _ body: @escaping @Sendable (Ledger) throws(LedgerError) -> Answer
  ) async throws(ControlError) -> Answer {
    let ledger = ledger
    let answer = await Workers.run { () -> Result<Answer, LedgerError> in
      do throws(LedgerError) { return .success(try body(ledger)) } catch { return .failure(error) }
    }
    switch answer {
    case .success(let answer): return answer
    case .failure(let error): throw .ledgerUnavailable(reason: error.description)
    }
  }
}

extension UsageRow {
  var json: JSONValue {
    [
      "keys": .array(keys.map(JSONValue.string)), "requests": .integer(Int64(requests)),
      "refused": .integer(Int64(refused)), "failed": .integer(Int64(failed)), "inputTokens": .integer(input.value),
      "cachedInputTokens": .integer(cachedInput.value), "outputTokens": .integer(output.value),
      "reasoningTokens": .integer(reasoning.value), "totalTokens": .integer(total.value),
      "cost": .integer(cost.value), "unpriced": .integer(Int64(unpriced)),
    ]
  }
}
