// Pricing+Call: the price of one call on one candidate: the most it can cost before, what it cost after.

import Exchange
import Hub
import Prices

extension Pricing {
  /// nil: no price is known, and budgets in dollars must refuse the call. `content` is what the request may hold that
  /// costs more than usual.
  func worst(input: TokenCount, holding content: DearerContent) -> WorstPrice? {
    switch self {
    case .priced(let row): row.tariff.worst(input: input, holding: content)
    case .unpriced(let unpriced): unpriced.isAllowed ? WorstPrice(perInputToken: .free, perOutputToken: .free) : nil
    }
  }

  /// nil: no price is known.
  func cost(of usage: Usage) -> NanoDollars? {
    switch self {
    case .priced(let row): row.tariff.cost(of: usage).amount
    case .unpriced: nil
    }
  }

  /// What budgets in dollars book of a call that cost `cost`: one that passes without a price costs them nothing.
  func booked(_ cost: NanoDollars?) -> NanoDollars? {
    switch self {
    case .priced: cost
    case .unpriced(let unpriced): unpriced.isAllowed ? NanoDollars(0) : nil
    }
  }

  /// The prices on a receipt, from which its cost can be worked out again.
  var priceRow: String? {
    switch self {
    case .priced(let row): row.tariff.description
    case .unpriced: nil
    }
  }
}

extension DearerContent {
  /// What a request may hold; one too many only reserves more.
  init(_ facts: CallFacts) {
    self = []
    if facts.hasAudio { insert(.audio) }
    if facts.hasLongCacheWrite { insert(.longCacheWrite) }
  }
}
