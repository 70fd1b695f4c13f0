// BudgetLimit+Rule: limits, zones and strictness in the words of those who count.

import Exchange
import Meters

extension BudgetRule.Shape {
  init(_ limit: Policy.BudgetLimit, in zone: Zone) {
    switch (limit.shape, limit.period) {
    case (.tokenBucket(let burst), .second): self = .tokenBucket(.second, burst: burst)
    case (.tokenBucket(let burst), .minute): self = .tokenBucket(.minute, burst: burst)
    case (.tokenBucket(let burst), _): self = .tokenBucket(.hour, burst: burst)
    case (.fixedWindow, .second): self = .calendarWindow(CalendarWindow(.fixed(milliseconds: 1_000), zone: zone))
    case (.fixedWindow, .minute): self = .calendarWindow(CalendarWindow(.fixed(milliseconds: 60_000), zone: zone))
    case (.fixedWindow, .hour): self = .calendarWindow(CalendarWindow(.hour, zone: zone))
    case (.fixedWindow, .day): self = .calendarWindow(CalendarWindow(.day, zone: zone))
    case (.fixedWindow, .week): self = .calendarWindow(CalendarWindow(.week, zone: zone))
    case (.fixedWindow, .month): self = .calendarWindow(CalendarWindow(.month, zone: zone))
    case (.fixedWindow, .duration(let milliseconds)):
      self = .calendarWindow(CalendarWindow(.fixed(milliseconds: milliseconds), zone: zone))
    }
  }
}

extension BudgetRule.Unit {
  init(_ meter: Policy.BudgetLimit.Meter) {
    self =
      switch meter {
      case .totalTokens: .totalTokens
      case .inputTokens: .inputTokens
      case .cachedInputTokens: .cachedInputTokens
      case .cacheCreationInputTokens: .cacheCreationInputTokens
      case .outputTokens: .outputTokens
      case .reasoningTokens: .reasoningTokens
      case .requests: .requests
      case .usd: .usd
      case .weighted, .expression: .cost
      }
  }
}

extension CostName {
  /// Weights belong to their budget; an expression is its own name. nil for what is counted without either.
  public init?(_ budget: Policy.Budget) {
    switch budget.limit.meter {
    case .weighted: self.init("weights of \(budget.name)")
    case .expression(let text): self.init(text)
    case .totalTokens, .inputTokens, .cachedInputTokens, .cacheCreationInputTokens, .outputTokens, .reasoningTokens,
      .requests, .usd:
      return nil
    }
  }
}

extension BudgetRule.Enforcement {
  init(_ enforcement: Policy.Enforcement) {
    self =
      switch enforcement {
      case .refuse: .refuse
      case .queue(let maxWaitMs): .queue(maxWaitMs: maxWaitMs)
      case .shadow: .shadow
      case .unlimited: .unlimited
      }
  }
}

extension Zone {
  private static let folder = "/usr/share/zoneinfo/"

  /// The zone of that name in the system's time zone database. Throws a sentence that says what to do.
  init(_ name: Policy.ZoneName, read: (String) -> [UInt8]?) throws(ZoneError) {
    if name == .utc {
      self = .utc
      return
    }
    guard let file = read(Self.folder + name.text) else { throw ZoneError(missing: name.text) }
    self = try Zone(name.text, file: file)
  }
}
