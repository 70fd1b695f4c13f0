// Budget: how much may be spent, by whom, on what: a quota.

import Exchange

extension Policy {
  /// An entry of `budgets`. It applies to the calls that `match`, and keeps one account for each combination of the
  /// values of `per`; without `per`, one account for all.
  public struct Budget: Hashable, Sendable {
    public let name: BudgetName
    public let per: [Dimension]
    public let match: [Condition]
    public let limit: BudgetLimit
    /// Where the calendar's midnights fall for a fixed window.
    public let zone: ZoneName
    public let enforcement: Enforcement
    /// What a period spent beyond its limit is taken from the next.
    public let carriesDebt: Bool
    /// The least output a call is fitted to; nil leaves it to admission.
    public let outputFloor: TokenCount?
    public let alerts: BudgetAlerts
  }

  /// What happens to a call for which there is no room.
  public enum Enforcement: Hashable, Sendable {
    case refuse
    /// It waits in order of arrival, at most this long, and is refused then.
    case queue(maxWaitMs: Int64)
    /// It passes, and is counted and reported as one that would have been refused.
    case shadow
    /// There is always room: the budget only keeps count.
    case unlimited
  }

  /// A zone of the IANA time zone database: `Europe/Berlin`.
  public struct ZoneName: Hashable, Sendable, CustomStringConvertible {
    public let text: String
    public var description: String { text }
    public static let utc = ZoneName(text: "UTC")
  }
}

extension Policy.Budget {
  static let fields = [
    "per", "match", "limit", "burst", "timezone", "carryDebt", "shadow", "queue", "unlimited", "floor", "alertAt",
    "burn",
  ]

  /// - Parameter declared: what there is to match, to find budgets that limit nothing.
  init?(_ place: Place, named key: Place, _ declared: Declared, _ diagnostics: inout Diagnostics) {
    let name = key.identifier(&diagnostics)
    guard let fields = Fields(place, known: Self.fields, &diagnostics) else { return nil }
    let per = fields["per"].map { Policy.Dimension.all($0, &diagnostics) } ?? []
    let match = fields["match"].map { Policy.Condition.all($0, declared, &diagnostics) } ?? []
    Self.checkSplit(fields, per, match, &diagnostics)
    guard let terms = Terms(fields, declared, &diagnostics), let name else { return nil }
    self.init(name: BudgetName(name), per: per, match: match, terms: terms)
  }

  /// What a budget says besides whom it is for.
  struct Terms {
    let limit: Policy.BudgetLimit
    let enforcement: Policy.Enforcement
    let zone: Policy.ZoneName
    let carriesDebt: Bool
    let outputFloor: TokenCount?
    let alerts: Policy.BudgetAlerts

    init?(_ fields: Fields, _ declared: Declared, _ diagnostics: inout Diagnostics) {
      enforcement = Policy.Enforcement(fields, &diagnostics)
      zone = fields["timezone"].flatMap { Policy.ZoneName($0, &diagnostics) } ?? .utc
      carriesDebt = fields["carryDebt"]?.flag(&diagnostics) ?? false
      outputFloor = fields["floor"].flatMap { $0.integer(in: 1...10_000_000, &diagnostics) }.map { TokenCount($0) }
      alerts = Policy.BudgetAlerts(fields, &diagnostics)
      if enforcement == .unlimited {
        Policy.Budget.checkUnlimited(fields, &diagnostics)
        limit = .tracking
      } else {
        guard let written = Policy.BudgetLimit(fields, declared, &diagnostics) else { return nil }
        Policy.Budget.checkShape(fields, written, alerts, floor: outputFloor, &diagnostics)
        limit = written
      }
    }
  }

  init(name: BudgetName, per: [Policy.Dimension], match: [Policy.Condition], terms: Terms) {
    self.init(
      name: name, per: per, match: match, limit: terms.limit, zone: terms.zone, enforcement: terms.enforcement,
      carriesDebt: terms.carriesDebt, outputFloor: terms.outputFloor, alerts: terms.alerts)
  }
}

extension Policy.Enforcement {
  init(_ fields: Fields, _ diagnostics: inout Diagnostics) {
    let isShadow = fields["shadow"]?.flag(&diagnostics) ?? false
    let isUnlimited = fields["unlimited"]?.flag(&diagnostics) ?? false
    let maxWaitMs = fields["queue"].flatMap { place in
      Fields(place, known: ["maxWait"], &diagnostics).flatMap { queue in
        queue.required("maxWait", "write how long a call may wait, as in queue: {maxWait: 10s}", &diagnostics)
      }?.milliseconds(&diagnostics)
    }
    if isUnlimited {
      self = .unlimited
    } else if isShadow {
      fields["queue"]?.report("lets calls wait, and shadow: true lets them all pass; keep one", &diagnostics)
      self = .shadow
    } else {
      self = maxWaitMs.map { .queue(maxWaitMs: $0) } ?? .refuse
    }
  }
}

extension Policy.ZoneName {
  private static let bytesMax = 64

  /// The characters of the database's own names (its file `theory.html`, "Timezone identifiers"): the name becomes a
  /// path, so that no part of it may be empty or begin with a point.
  init?(_ place: Place, _ diagnostics: inout Diagnostics) {
    guard let text = place.text(&diagnostics) else { return nil }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    let marks = Array("._-+".utf8)
    let isName = parts.allSatisfy { part in
      part.utf8.first?.isLetter ?? false
        && part.utf8.allSatisfy { $0.isLetter || $0.isDigit || marks.contains($0) }
    }
    guard isName, text.utf8.count <= Self.bytesMax else {
      place.report("must be a time zone such as UTC or Europe/Berlin, and is \(quoted(text))", &diagnostics)
      return nil
    }
    self.init(text: text)
  }
}
