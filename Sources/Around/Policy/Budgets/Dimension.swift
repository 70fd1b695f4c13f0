// Dimension: what can be known of a call that decides which budgets it counts on.

import Exchange

extension Policy {
  /// What tells one account of a budget from another (`per`), and what a budget asks of a call (`match`).
  public enum Dimension: Hashable, Sendable, CustomStringConvertible {
    /// Who pays, as the identity of the call says.
    case user
    case team
    case tenant
    /// Where the agent runs, as Kubernetes tells the sidecar beside it.
    case pod
    case namespace
    case serviceAccount
    /// The model the agent asked for, whatever a backend was asked for.
    case model
    /// The backend an attempt goes to.
    case backend
    /// The path of the request: `/v1/chat/completions`.
    case path
    /// A request header; its name is in lower case.
    case header(String)

    public var description: String {
      switch self {
      case .user: "user"
      case .team: "team"
      case .tenant: "tenant"
      case .pod: "pod"
      case .namespace: "namespace"
      case .serviceAccount: "serviceAccount"
      case .model: "model"
      case .backend: "backend"
      case .path: "path"
      case .header(let name): "header:" + name
      }
    }
  }
}

extension Policy.Dimension {
  /// Those that are one word.
  private static let words: [Self] = [
    .user, .team, .tenant, .pod, .namespace, .serviceAccount, .model, .backend, .path,
  ]

  /// `user`, `header:NAME` and so on, standing at `place`.
  init?(_ text: String, _ place: Place, _ diagnostics: inout Diagnostics) {
    if let word = Self.words.first(where: { $0.description == text }) {
      self = word
      return
    }
    if text.hasPrefix("claim:") {
      place.report(
        "is a claim of a verified token, and tokens are not verified in this version; use user, team or tenant",
        &diagnostics)
      return nil
    }
    guard text.hasPrefix("header:") else {
      let words = Self.words.map(\.description)
      let otherwise =
        text.contains("-") ? "write header:NAME for a header" : "write \(words.joined(separator: ", ")) or header:NAME"
      place.report(
        "is nothing a budget can tell calls apart by, \(quoted(text)); "
          + suggestion(for: text, among: words, otherwise: otherwise), &diagnostics)
      return nil
    }
    guard let name = place.openHeaderName(Substring(text.utf8.dropFirst("header:".utf8.count)), &diagnostics) else {
      return nil
    }
    self = .header(name)
  }

  /// The dimensions of `per`: one, or a list.
  static func all(_ place: Place, _ diagnostics: inout Diagnostics) -> [Self] {
    var dimensions: [Self] = []
    for element in place.oneOrMore(&diagnostics) ?? [] {
      guard let text = element.text(&diagnostics), let dimension = Self(text, element, &diagnostics) else { continue }
      if dimensions.contains(dimension) { element.report("is written twice, \(quoted(text)); keep one", &diagnostics) }
      dimensions.append(dimension)
    }
    return dimensions
  }
}
