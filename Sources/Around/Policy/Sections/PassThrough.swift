// PassThrough: which endpoints pass although nobody can bound what a call there is billed.

import Exchange

extension Policy {
  /// The section `passThrough`. It is asked where a budget counts tokens or dollars; elsewhere everything passes.
  public enum PassThrough: Hashable, Sendable {
    case deny
    case allow
    case only([OpenEndpoint])
  }

  /// An endpoint that the policy opens.
  public struct OpenEndpoint: Hashable, Sendable {
    /// A path, in the canonical form or as the catalogue spells it: `/v1/threads/{id}/runs`.
    public let endpoint: String
    /// What budgets in dollars book for a call; nil: what is known of it.
    public let charge: NanoDollars?
  }
}

extension Policy.PassThrough {
  /// The entry that opens an endpoint which goes by one of these names; nil: it is closed.
  public func entry(_ names: String...) -> Policy.OpenEndpoint? {
    switch self {
    case .deny: nil
    case .allow: Policy.OpenEndpoint(endpoint: "", charge: nil)
    case .only(let open): open.first { names.contains($0.endpoint) }
    }
  }

  init?(_ place: Place, _ diagnostics: inout Diagnostics) {
    switch place.node.value {
    case .string("deny"): self = .deny
    case .string("allow"): self = .allow
    case .sequence:
      guard let elements = place.elements(&diagnostics) else { return nil }
      self = .only(elements.compactMap { Policy.OpenEndpoint($0, &diagnostics) })
    case .string, .number, .bool, .null, .mapping:
      place.report(
        "must be deny, allow or a list of endpoints such as [/v1/audio/speech], and is \(place.shown)", &diagnostics)
      return nil
    }
  }
}

extension Policy.OpenEndpoint {
  private static let pathBytesMax = 1024

  init?(_ place: Place, _ diagnostics: inout Diagnostics) {
    var path: Place? = place
    var charge: NanoDollars?
    if case .mapping = place.node.value {
      guard let fields = Fields(place, known: ["endpoint", "charge"], &diagnostics) else { return nil }
      path = fields.required("endpoint", "write its path, as in endpoint: /v1/audio/speech", &diagnostics)
      if let written = fields["charge"] {
        guard let amount = written.dollars(&diagnostics) else { return nil }
        charge = amount
      }
    }
    guard let path, let text = path.text(&diagnostics) else { return nil }
    guard text.hasPrefix("/"), text.utf8.count <= Self.pathBytesMax else {
      path.report("must be a path such as /v1/audio/speech, and is \(quoted(text))", &diagnostics)
      return nil
    }
    self.init(endpoint: text, charge: charge)
  }
}

extension Place {
  /// Dollars, as they are spelled.
  fileprivate func dollars(_ diagnostics: inout Diagnostics) -> NanoDollars? {
    switch node.value {
    case .number(let text), .string(let text):
      do { return try NanoDollars(parsing: text) } catch {
        report("\(error.reason); it is \(quoted(text))", &diagnostics)
      }
    case .bool, .null, .sequence, .mapping:
      report("must be dollars such as $0.02, and is \(node.kind)", &diagnostics)
    }
    return nil
  }
}
