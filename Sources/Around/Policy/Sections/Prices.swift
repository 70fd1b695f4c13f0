// Prices: what tokens cost where the published lists do not say, or say something else.

import Exchange

extension Policy {
  /// An entry of `prices`.
  public struct Price: Hashable, Sendable {
    /// nil speaks for every backend.
    public let backend: BackendName?
    /// By the names that backends are asked for.
    public let model: ModelPattern
    public let terms: Terms

    public enum Terms: Hashable, Sendable {
      /// - tiers: ascending.
      case rates(Rates, tiers: [Tier])
      /// As much as that model: what a deployment or a private name stands for.
      case sameAs(ModelName)
    }

    /// For all of a call whose input is more than that many tokens.
    public struct Tier: Hashable, Sendable {
      public let above: TokenCount
      public let rates: Rates
    }

    /// Prices by class of tokens. nil: what the coarser class costs, as Prices falls back.
    public struct Rates: Hashable, Sendable {
      public let input: TokenPrice
      public let cachedInput: TokenPrice?
      public let cacheWrite: TokenPrice?
      public let longCacheWrite: TokenPrice?
      public let audioInput: TokenPrice?
      public let output: TokenPrice
      public let audioOutput: TokenPrice?
    }
  }

  /// `unpriced`: what becomes of a call whose price nobody knows where a budget counts dollars.
  public enum UnpricedRule: Hashable, Sendable {
    case deny
    case allow
    case priceAs(ModelName)
  }
}

extension Policy.Price {
  private static let tiersMax = 16

  /// - Parameter key: `MODEL` or `BACKEND/MODEL`; a model's name may have a slash of its own.
  init?(_ place: Place, named key: Place, _ declared: Declared, _ diagnostics: inout Diagnostics) {
    let (backend, rest) = Self.split(key, declared.backends)
    guard let model = Policy.ModelPattern(rest, &diagnostics) else { return nil }
    if case .mapping(let entries) = place.node.value, entries.contains(where: { $0.key == "priceAs" }) {
      guard let fields = Fields(place, known: ["priceAs"], &diagnostics),
        let other = fields["priceAs"]?.modelName(&diagnostics)
      else { return nil }
      self.init(backend: backend, model: model, terms: .sameAs(ModelName(other)))
      return
    }
    guard let fields = Fields(place, known: Rates.fields + ["tiers", "priceAs"], &diagnostics) else { return nil }
    let rates = Rates(fields, &diagnostics)
    let tiers = fields["tiers"].map { Self.tiers($0, &diagnostics) } ?? []
    guard let rates else { return nil }
    self.init(backend: backend, model: model, terms: .rates(rates, tiers: tiers))
  }

  private static func split(_ key: Place, _ backends: DeclaredBackends) -> (backend: BackendName?, model: Place) {
    let text = key.spelled
    guard let slash = text.utf8.firstIndex(of: UInt8(ascii: "/")), backends.contains(String(text[..<slash])) else {
      return (nil, key)
    }
    let model = String(text[text.utf8.index(after: slash)...])
    let rest = Place(node: Node(value: .string(model), position: key.node.position), path: key.path)
    return (BackendName(String(text[..<slash])), rest)
  }

  private static func tiers(_ place: Place, _ diagnostics: inout Diagnostics) -> [Tier] {
    guard let elements = place.elements(&diagnostics) else { return [] }
    if elements.count > tiersMax {
      place.report("has \(elements.count) tiers; it may have \(tiersMax)", &diagnostics)
      return []
    }
    var tiers: [Tier] = []
    for element in elements {
      guard let fields = Fields(element, known: ["above"] + Rates.fields, &diagnostics) else { continue }
      let advice = "write from how much input on it counts, as in above: 200000"
      let above = fields.required("above", advice, &diagnostics).flatMap {
        $0.integer(in: 1...1_000_000_000, &diagnostics)
      }
      guard let rates = Rates(fields, &diagnostics), let above else { continue }
      if let last = tiers.last, above <= last.above.value {
        element.report("stands after a tier that begins at as much input or more; write them ascending", &diagnostics)
      }
      tiers.append(Tier(above: TokenCount(above), rates: rates))
    }
    return tiers
  }
}

extension Policy.Price.Rates {
  static let fields = [
    "input", "cachedInput", "cacheWrite", "longCacheWrite", "audioInput", "output", "audioOutput",
  ]

  /// Dollars per million tokens. Input and output must be there: what was forgotten would be free.
  init?(_ fields: Fields, _ diagnostics: inout Diagnostics) {
    func price(_ name: String, _ diagnostics: inout Diagnostics) -> TokenPrice? {
      fields[name].flatMap { Self.price($0, &diagnostics) }
    }
    let unit = "in dollars per million tokens"
    _ = fields.required("input", "write its price \(unit), as in input: 2.50", &diagnostics)
    _ = fields.required("output", "write its price \(unit), 0 for a model without output", &diagnostics)
    let input = price("input", &diagnostics)
    let output = price("output", &diagnostics)
    cachedInput = price("cachedInput", &diagnostics)
    cacheWrite = price("cacheWrite", &diagnostics)
    longCacheWrite = price("longCacheWrite", &diagnostics)
    audioInput = price("audioInput", &diagnostics)
    audioOutput = price("audioOutput", &diagnostics)
    guard let input, let output else { return nil }
    self.input = input
    self.output = output
  }

  /// Numbers are taken as they are spelled, so that 0.1 is a tenth.
  private static func price(_ place: Place, _ diagnostics: inout Diagnostics) -> TokenPrice? {
    switch place.node.value {
    case .number(let text), .string(let text):
      do {
        return try TokenPrice(parsing: text)
      } catch {
        place.report("\(error.reason); it is \(quoted(text))", &diagnostics)
      }
    case .bool, .null, .sequence, .mapping:
      place.report("must be dollars per million tokens such as 2.50, and is \(place.node.kind)", &diagnostics)
    }
    return nil
  }
}

extension Policy.UnpricedRule {
  init?(_ place: Place, _ diagnostics: inout Diagnostics) {
    switch place.node.value {
    case .string("deny"): self = .deny
    case .string("allow"): self = .allow
    case .mapping:
      guard let fields = Fields(place, known: ["priceAs"], &diagnostics),
        let model = fields.required("priceAs", "name a model whose price is known", &diagnostics)?.modelName(
          &diagnostics)
      else { return nil }
      self = .priceAs(ModelName(model))
    case .string, .number, .bool, .null, .sequence:
      place.report("must be deny, allow or {priceAs: MODEL}, and is \(place.shown)", &diagnostics)
      return nil
    }
  }
}
