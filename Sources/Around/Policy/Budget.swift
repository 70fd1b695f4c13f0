// Budget: how much may be spent, by whom, on what.

import Exchange

extension Policy {
  /// An entry of `budgets`. It applies to the calls that `match`, and keeps one account for each combination of the
  /// values of `per`; without `per`, one account for all.
  public struct Budget: Hashable, Sendable {
    public let name: BudgetName
    public let per: [Dimension]
    public let match: Match
    public let limit: BudgetLimit
  }

  /// What tells one account of a budget from another.
  public enum Dimension: Hashable, Sendable {
    /// The value of a request header; the name is in lower case.
    case header(String)
    /// The model the agent asked for, whatever a backend was asked for.
    case model
  }

  /// The calls a budget applies to: all conditions hold. Without conditions, every call.
  public struct Match: Hashable, Sendable {
    /// The model the agent asked for, whatever a backend was asked for.
    public var model: ModelPattern?
    /// Header names in lower case, and the exact values they must have; in the order of the document.
    public var headers: [Header] = []

    public struct Header: Hashable, Sendable {
      public let name: String
      public let value: String
    }
  }
}

extension Policy.Budget {
  private static let fields = ["per", "match", "limit", "burst", "timezone"]

  /// - Parameter served: every entry of `models`, to find budgets that limit nothing.
  init?(_ place: Place, named key: Place, served: ServedModels, _ diagnostics: inout Diagnostics) {
    let name = key.identifier(&diagnostics)
    guard let fields = Fields(place, known: Self.fields, &diagnostics) else { return nil }
    let per = fields["per"].map { Self.dimensions($0, &diagnostics) } ?? []
    let match = fields["match"].map { Policy.Match($0, served: served, &diagnostics) } ?? Policy.Match()
    let limit = Policy.BudgetLimit(fields, &diagnostics)
    if let zone = fields["timezone"], let text = zone.text(&diagnostics), text != "UTC" {
      zone.report("must be UTC in this version: hours, days, weeks and months begin there", &diagnostics)
    }
    guard let name, let limit else { return nil }
    self.init(name: BudgetName(name), per: per, match: match, limit: limit)
  }

  private static func dimensions(_ place: Place, _ diagnostics: inout Diagnostics) -> [Policy.Dimension] {
    var dimensions: [Policy.Dimension] = []
    for element in place.oneOrMore(&diagnostics) ?? [] {
      guard let text = element.text(&diagnostics), let dimension = Policy.Dimension(text, element, &diagnostics) else {
        continue
      }
      if dimensions.contains(dimension) { element.report("is written twice, \(quoted(text)); keep one", &diagnostics) }
      dimensions.append(dimension)
    }
    return dimensions
  }
}

extension Policy.Dimension {
  /// Headers whose values are secrets: as the name of an account they would end up in the ledger and in metrics.
  private static let secrets = [
    "authorization", "proxy-authorization", "x-api-key", "api-key", "x-goog-api-key", "cookie",
  ]

  /// `header:NAME` or `model`, standing at `place`.
  init?(_ text: String, _ place: Place, _ diagnostics: inout Diagnostics) {
    if text == "model" {
      self = .model
      return
    }
    guard text.hasPrefix("header:") else {
      place.report("must be model or header:NAME, and is \(quoted(text))", &diagnostics)
      return nil
    }
    guard let name = place.headerName(text.dropFirst("header:".count), &diagnostics) else { return nil }
    if Self.secrets.contains(name) {
      place.report(
        "is a header that holds a credential, which must not be written to the ledger; use another", &diagnostics)
      return nil
    }
    self = .header(name)
  }
}

extension Policy.Match {
  init(_ place: Place, served: ServedModels, _ diagnostics: inout Diagnostics) {
    for (key, value) in place.members(&diagnostics) ?? [] {
      switch Policy.Dimension(key.spelled, key, &diagnostics) {
      case .header(let name):
        if headers.contains(where: { $0.name == name }) {
          key.report("is written twice (the case of a header's name does not matter); keep one", &diagnostics)
        }
        guard let text = value.text(&diagnostics) else { continue }
        if (1...256).contains(text.utf8.count), text.utf8.allSatisfy({ (32..<127).contains($0) }) {
          headers.append(Header(name: name, value: text))
        } else {
          value.report("must be 1 to 256 printable ASCII characters, as a header's value is", &diagnostics)
        }
      case .model:
        guard let pattern = Policy.ModelPattern(value, &diagnostics) else { continue }
        model = pattern
        // A misspelt name would look like a cap and limit nothing.
        if !served.overlap(pattern) {
          value.report(
            "is a model that nobody serves, \(quoted(pattern.description)); "
              + suggestion(for: pattern.description, among: served.spelled, otherwise: "add it to models"),
            &diagnostics)
        }
      case nil: continue
      }
    }
  }
}
