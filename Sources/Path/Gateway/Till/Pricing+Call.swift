// Pricing+Call: the price of one call on one candidate: the most it can cost before, what it cost after.

import Bytes
import Exchange
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
  /// What a request's body may hold, told from the names such content needs; one too many only reserves more.
  init(of body: ByteSlice) {
    self = []
    let bytes = body.span
    if bytes.contains("audio") { insert(.audio) }
    if bytes.contains("\"ttl\"") { insert(.longCacheWrite) }
  }
}

/// A service that costs more than the standard one by a factor no price list here has: OpenAI's and Gemini's priority,
/// Anthropic's fast mode. What such a call may cost is not known, so budgets in dollars refuse it.
enum DearerService {
  static func isAsked(in body: ByteSlice) -> Bool {
    let bytes = body.span
    return (bytes.contains("\"service_tier\"") || bytes.contains("\"serviceTier\"")) && bytes.contains("\"priority\"")
      || bytes.contains("\"speed\"") && bytes.contains("\"fast\"")
  }
}
