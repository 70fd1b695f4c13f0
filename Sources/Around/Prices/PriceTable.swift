// PriceTable: the prices in force: those of the policy before the built-in ones.

import Exchange
import JSON
import Providers

/// What a call to a model would be charged by.
public enum Pricing: Hashable, Sendable {
  case priced(PriceRow)
  /// Nobody knows the price, which is not the same as nothing.
  case unpriced(Unpriced)
}

/// A model without a price.
public struct Unpriced: Error, Hashable, Sendable {
  /// The policy lets such calls pass uncounted where a budget counts money.
  public let isAllowed: Bool
  /// For people: what has no price, and what to write to give it one.
  public let reason: String
}

/// `unpriced` in the policy: what becomes of a call whose price nobody knows where a budget counts money.
public enum UnpricedRule: Hashable, Sendable {
  case deny
  case allow
  /// Costs what that model does: `gpt-4o`, or `openai/gpt-4o` to say whose.
  case priceAs(String)
}

/// An entry of `prices` in the policy.
public struct PriceOverride: Hashable, Sendable {
  public enum Price: Hashable, Sendable {
    case tariff(Tariff)
    /// The same as that model: what an Azure deployment or a private name stands for.
    case sameAs(String)
  }

  /// nil speaks for every backend.
  public var backend: BackendName?
  /// A model's name, or how it begins and a `*`.
  public var model: String
  public var price: Price

  public init(backend: BackendName? = nil, model: String, price: Price) {
    self.backend = backend
    self.model = model
    self.price = price
  }
}

/// Looks prices up. A look-up takes a few dictionary accesses; whoever prices many calls of one candidate keeps the answer.
public struct PriceTable: Sendable {
  private struct Key: Hashable {
    var backend: BackendName?
    var model: String
  }

  private let overrides: [PriceOverride]
  private let exact: [Key: Int]
  /// Places of those that end in `*`, the longest first and those of one backend before those of all.
  private let prefixes: [Int]
  private let unpriced: UnpricedRule

  /// - Parameter overrides: of several for the same backend and model the last counts.
  public init(overrides: [PriceOverride] = [], unpriced: UnpricedRule = .deny) {
    self.overrides = overrides
    self.unpriced = unpriced
    var exact: [Key: Int] = [:]
    var prefixes: [Int] = []
    for (place, override) in overrides.enumerated() {
      if override.model.hasSuffix("*") {
        prefixes.append(place)
      } else {
        exact[Key(backend: override.backend, model: override.model)] = place
      }
    }
    self.exact = exact
    self.prefixes = prefixes.sorted { left, right in
      let (left, right) = (overrides[left], overrides[right])
      if (left.backend == nil) != (right.backend == nil) { return left.backend != nil }
      return left.model.utf8.count > right.model.utf8.count
    }
  }

  /// What `backend` charges for `model`, the name it is asked for.
  /// - Parameter provider: whose price list counts, as the policy spells providers.
  public func price(of model: ModelName, at backend: BackendName, provider: String) -> Pricing {
    let known = Provider(named: provider)
    for name in ModelSpellings.of(model.text, named: known?.modelNaming ?? .plain) {
      if let override = override(for: name, at: backend) {
        switch override.price {
        case .tariff(let tariff):
          return .priced(PriceRow(provider: provider, model: override.model, tariff: tariff, source: .policy))
        case .sameAs(let other):
          guard let row = row(named: other, provider: provider) else {
            return missing("The policy prices \(model) of \(backend) as \(other), which has no price either.")
          }
          return .priced(row)
        }
      }
      if let known, let row = Self.builtIn(name, of: known) { return .priced(row) }
    }
    if case .priceAs(let other) = unpriced {
      if let row = row(named: other, provider: provider) { return .priced(row) }
      return missing("The policy prices unknown models as \(other), which has no price either.")
    }
    let why = known?.namesAreItsUsers == true ? "; deployments there are named by whoever made them" : ""
    return missing(
      "No price is known for \(model) of \(backend) (\(provider))\(why). Give it one under prices in the policy, "
        + "in dollars per million tokens, or name a model it costs as much as: unpriced: {priceAs: MODEL}.")
  }

  /// The price of a model as a person names it: `openai/gpt-4o`, or `gpt-4o` of the provider given or else of the first
  /// that has it.
  public func row(named name: String, provider: String? = nil) -> PriceRow? {
    if let slash = name.utf8.firstIndex(of: UInt8(ascii: "/")) {
      let model = String(name[name.utf8.index(after: slash)...])
      if let row = Self.listed(model, of: String(name[..<slash])) { return row }
    }
    // Another entry of the policy may be meant, but not one that points on: two could point at each other.
    if let place = exact[Key(backend: nil, model: name)], case .tariff(let tariff) = overrides[place].price {
      return PriceRow(provider: provider ?? "policy", model: name, tariff: tariff, source: .policy)
    }
    let providers = (provider.map { [$0] } ?? []) + PriceList.names
    return providers.lazy.compactMap { Self.listed(name, of: $0) }.first
  }

  /// The rows of GetPrices, those of the policy first: all there are, or those that `model` is found by.
  public func json(model: String?, at now: WallTime) -> [JSONValue] {
    var rows: [JSONValue] = []
    for override in overrides where model == nil || Self.matches(override, model!) {
      let row: PriceRow? =
        switch override.price {
        case .tariff(let tariff):
          PriceRow(
            provider: override.backend?.text ?? "policy", model: override.model, tariff: tariff, source: .policy)
        case .sameAs(let other):
          row(named: other).map { row in
            PriceRow(
              provider: override.backend?.text ?? "policy", model: override.model, tariff: row.tariff,
              contextTokens: row.contextTokens, maxOutputTokens: row.maxOutputTokens, source: .policy)
          }
        }
      if let row { rows.append(row.json(at: now)) }
    }
    for provider in PriceList.names {
      if let model {
        if let row = Self.listed(model, of: provider) { rows.append(row.json(at: now)) }
      } else if let list = PriceList.named(provider) {
        rows += list.models.compactMap { list[$0]?.json(at: now) }
      }
    }
    return rows
  }

  private func override(for name: String, at backend: BackendName) -> PriceOverride? {
    if let place = exact[Key(backend: backend, model: name)] ?? exact[Key(backend: nil, model: name)] {
      return overrides[place]
    }
    return prefixes.lazy.map { overrides[$0] }.first { override in
      (override.backend == nil || override.backend == backend) && Self.matches(override, name)
    }
  }

  private static func matches(_ override: PriceOverride, _ name: String) -> Bool {
    override.model.hasSuffix("*") ? name.hasPrefix(override.model.dropLast()) : name == override.model
  }

  private static func listed(_ model: String, of provider: String) -> PriceRow? {
    guard let provider = Provider(named: provider) else { return nil }
    return ModelSpellings.of(model, named: provider.modelNaming).lazy.compactMap { builtIn($0, of: provider) }.first
  }

  private static func builtIn(_ name: String, of provider: Provider) -> PriceRow? {
    for (place, list) in provider.priceLists.enumerated() {
      guard var row = PriceList.named(list)?[name] else { continue }
      // What stands on the list of another is charged by this one all the same.
      if place > 0 { row.provider = provider.name }
      return row
    }
    return nil
  }

  private func missing(_ reason: String) -> Pricing {
    .unpriced(Unpriced(isAllowed: unpriced == .allow, reason: reason))
  }
}
