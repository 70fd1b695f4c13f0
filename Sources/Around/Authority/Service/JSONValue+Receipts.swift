// JSONValue+Receipts: what the ledger can still say of a call that no sidecar remembers.

import Exchange
import JSON

extension JSONValue {
  /// An explanation in the shape of a sidecar's, with a step for each of the call's `receipts`: what was held, asked and
  /// paid is on them, who was passed over and why is not. Empty without receipts.
  init(explaining receipts: [Receipt]) {
    guard let first = receipts.first else {
      self = [:]
      return
    }
    self = [
      "request": .string(first.request.description), "from": "ledger",
      "startedAt": .integer(first.endedAt.milliseconds - first.latencyUs / 1000), "payer": .string(first.payer),
      "model": .string(first.model.text), "steps": .array(receipts.map(Self.step)),
    ]
  }

  private static func step(_ receipt: Receipt) -> JSONValue {
    .present([
      ("step", .string(receipt.state.rawValue)), ("backend", .text(receipt.backend?.text)),
      ("providerModel", .text(receipt.providerModel?.text)),
      ("status", receipt.status == 0 ? nil : .integer(Int64(receipt.status))),
      ("reservedTokens", .integer(receipt.reserved.value)), ("fittedOutput", .number(receipt.fittedOutput?.value)),
      ("inputTokens", .number(receipt.usage.input?.value)), ("outputTokens", .number(receipt.usage.output?.value)),
      ("basis", .string(receipt.usage.basis.rawValue)), ("cost", .number(receipt.cost?.value)),
    ])
  }
}
