// ReceiptSum: a receipt's cost, worked out again from its own tokens and prices.

import Exchange
import JSON
import Prices

/// Whether the tokens and the prices on a receipt make the cost on it.
enum ReceiptSum: Equatable {
  case agrees
  /// They make this instead.
  case differs(NanoDollars)
  /// A receipt without a cost or prices, or prices that this version cannot read.
  case unknown

  init(_ receipt: JSONValue) {
    guard let cost = receipt["cost"]?.integer, let line = receipt.text("prices"),
      let tariff = try? Tariff(parsing: line), let usage = receipt["usage"]
    else {
      self = .unknown
      return
    }
    let sum = tariff.cost(of: Usage(onReceipt: usage)).amount
    self = sum == NanoDollars(cost) ? .agrees : .differs(sum)
  }
}

extension Usage {
  /// As the control interface writes it.
  fileprivate init(onReceipt json: JSONValue) {
    func tokens(_ name: String) -> TokenCount? { json[name]?.integer.map { TokenCount($0) } }
    self.init(
      input: tokens("input"), output: tokens("output"), reportedTotal: tokens("total"),
      cachedInput: tokens("cachedInput"), cacheCreationInput: tokens("cacheCreationInput"),
      reasoning: tokens("reasoning"))
    longCacheCreationInput = tokens("longCacheCreationInput")
    audioInput = tokens("audioInput")
    audioOutput = tokens("audioOutput")
  }
}
