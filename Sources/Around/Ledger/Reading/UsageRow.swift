// UsageRow: a line of a sum over receipts.
import Exchange

/// What receipts are summed by. Days and hours are those of UTC.
public enum UsageKey: String, CaseIterable, Hashable, Sendable {
  case user, team, tenant, pod, model, backend, providerModel, payer, sidecar, state, day, hour
}

/// What the receipts with the same keys add up to. Sums are held at the limits of Int64.
public struct UsageRow: Hashable, Sendable {
  /// A value for each key that was asked for: empty where the receipts name none, `2026-11-21` for a day,
  /// `2026-11-21T08:00Z` for an hour; `(others)` throughout on the last row, where there were too many.
  public var keys: [String]
  /// Receipts: attempts, failed ones included, and refusals.
  public var requests = 0
  public var refused = 0
  public var failed = 0
  public var input = TokenCount.zero
  public var cachedInput = TokenCount.zero
  public var cacheCreationInput = TokenCount.zero
  public var output = TokenCount.zero
  public var reasoning = TokenCount.zero
  public var total = TokenCount.zero
  /// Of the receipts that have a price.
  public var cost = NanoDollars(0)
  /// Receipts of attempts that used tokens and have no price.
  public var unpriced = 0

  init(keys: [String]) { self.keys = keys }
}
