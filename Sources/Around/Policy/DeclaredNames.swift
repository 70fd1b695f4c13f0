// DeclaredNames: what the rest of a policy may refer to: its backends and its models, found without looking through all.

import Exchange

/// What a policy has declared before the sections that refer to it are read. One object, for it is handed to each of ten
/// thousand budgets.
final class Declared {
  let backends: DeclaredBackends
  let models: ServedModels
  let costs: ExpressionCheck
  /// Those that were read: ten thousand budgets tell calls apart by the same few.
  private var dimensions: [String: Policy.Dimension] = [:]

  init(_ backends: DeclaredBackends, _ models: ServedModels) {
    self.backends = backends
    self.models = models
    costs = .costs(models: models.names)
  }

  /// What a condition looks at: the name of `member`. nil after reporting why it is none.
  func dimension(of member: Place.Member, _ diagnostics: inout Diagnostics) -> Policy.Dimension? {
    if let known = dimensions[member.name] { return known }
    guard let dimension = Policy.Dimension(member.name, member.key, &diagnostics) else { return nil }
    dimensions[member.name] = dimension
    return dimension
  }
}

/// The section `backends`, for those who name one.
struct DeclaredBackends {
  /// As they are written, those with faults of their own too: such a one is not reported as missing as well.
  private(set) var names: [String] = []
  private(set) var backends: [Policy.Backend] = []
  private var written: Set<String> = []
  private var sorted = SortedNames([])
  private var providers: [BackendName: String] = [:]

  init() {}

  init(names: [String], backends: [Policy.Backend]) {
    self.names = names
    self.backends = backends
    written = Set(names)
    sorted = SortedNames(names)
    providers = Dictionary(backends.map { ($0.name, $0.provider.name) }) { first, _ in first }
  }

  func contains(_ name: String) -> Bool { written.contains(name) }

  /// Reports a pattern that is no backend's name.
  func require(_ pattern: Policy.ModelPattern, at place: Place, _ diagnostics: inout Diagnostics) {
    if overlap(pattern) { return }
    let text = pattern.description
    place.report(
      "is a backend that does not exist, \(quoted(text)); "
        + suggestion(for: text, among: names, otherwise: advice), &diagnostics)
  }

  private func overlap(_ pattern: Policy.ModelPattern) -> Bool {
    switch pattern {
    case .exact(let name): contains(name.text)
    case .prefix(let text): sorted.contains(prefix: text)
    }
  }

  /// The name of the provider behind a backend; nil where it did not decode.
  func provider(of backend: BackendName) -> String? { providers[backend] }

  /// What to write where the name of a backend is missing.
  var advice: String {
    names.isEmpty ? "name one of backends" : "name one of \(names.prefix(8).joined(separator: ", "))"
  }
}

/// The keys of `models`, for those who limit or price one.
struct ServedModels {
  private let patterns: [Policy.ModelPattern]
  private let exact: Set<String>
  private let prefixes: Set<String>
  private let sorted: SortedNames

  init(_ patterns: [Policy.ModelPattern]) {
    self.patterns = patterns
    var (exact, prefixes): (Set<String>, Set<String>) = ([], [])
    for pattern in patterns {
      switch pattern {
      case .exact(let name): exact.insert(name.text)
      case .prefix(let text): prefixes.insert(text)
      }
    }
    self.exact = exact
    self.prefixes = prefixes
    sorted = SortedNames(Array(exact.union(prefixes)))
  }

  /// Those that are written in full.
  var names: [ModelName] {
    patterns.compactMap { pattern in
      guard case .exact(let name) = pattern else { return nil }
      return name
    }
  }

  /// Reports a pattern that no model could match and be served: a misspelt name would look like a cap and limit nothing.
  func require(_ pattern: Policy.ModelPattern, at place: Place, _ diagnostics: inout Diagnostics) {
    if overlap(pattern) { return }
    let text = pattern.description
    place.report(
      "is a model that nobody serves, \(quoted(text)); "
        + suggestion(for: text, among: patterns.map(\.description), otherwise: "add it to models"), &diagnostics)
  }

  private func overlap(_ pattern: Policy.ModelPattern) -> Bool {
    switch pattern {
    case .exact(let name): exact.contains(name.text) || hasPrefix(of: name.text)
    case .prefix(let text): hasPrefix(of: text) || sorted.contains(prefix: text)
    }
  }

  /// Whether an entry such as `gpt-*` covers all that begins with `text`.
  private func hasPrefix(of text: String) -> Bool {
    !prefixes.isEmpty && (prefixes.contains(text) || text.indices.contains { prefixes.contains(String(text[..<$0])) })
  }
}

/// Names in order: those that begin alike stand together.
private struct SortedNames {
  private let names: [String]

  init(_ names: [String]) { self.names = names.sorted() }

  /// Whether one of them begins with `prefix`.
  func contains(prefix: String) -> Bool {
    var (low, high) = (0, names.count)
    while low < high {
      let middle = (low + high) / 2
      if names[middle] < prefix { low = middle + 1 } else { high = middle }
    }
    return low < names.count && names[low].hasPrefix(prefix)
  }
}
