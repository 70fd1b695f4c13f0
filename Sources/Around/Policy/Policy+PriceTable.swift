// Policy+PriceTable: the prices of a policy before the published ones, for whoever works out what calls cost.

import Exchange
import Prices

extension Policy {
  /// Made anew each time: whoever prices calls keeps it as long as the policy.
  public func priceTable() -> PriceTable {
    let rule: Prices.UnpricedRule =
      switch unpriced {
      case .deny: .deny
      case .allow: .allow
      case .priceAs(let model): .priceAs(model.text)
      }
    return PriceTable(overrides: prices.map { PriceOverride($0) }, unpriced: rule)
  }
}

extension PriceOverride {
  fileprivate init(_ price: Policy.Price) {
    let terms: Price =
      switch price.terms {
      case .rates(let rates, let tiers):
        .tariff(
          Tariff(rates: Rates(rates), tiers: tiers.map { Tariff.Tier(above: $0.above, rates: Rates($0.rates)) }))
      case .sameAs(let model): .sameAs(model.text)
      }
    self.init(backend: price.backend, model: price.model.description, price: terms)
  }
}

extension Rates {
  fileprivate init(_ rates: Policy.Price.Rates) {
    var stated = ByClass<TokenPrice?>(repeating: nil)
    stated[.input] = rates.input
    stated[.cachedInput] = rates.cachedInput
    stated[.cacheWrite] = rates.cacheWrite
    stated[.longCacheWrite] = rates.longCacheWrite
    stated[.audioInput] = rates.audioInput
    stated[.output] = rates.output
    stated[.audioOutput] = rates.audioOutput
    self.init(stated)
  }
}
