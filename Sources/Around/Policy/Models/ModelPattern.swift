// ModelPattern: one model by its name, or all whose names begin alike.

import Exchange

extension Policy {
  /// `gpt-4o`, `claude-*`, or `*` for every model.
  public enum ModelPattern: Hashable, Sendable, CustomStringConvertible {
    case exact(ModelName)
    /// What stands before the `*`.
    case prefix(String)

    public func matches(_ name: ModelName) -> Bool {
      switch self {
      case .exact(let exact): exact == name
      case .prefix(let prefix): name.text.utf8.starts(with: prefix.utf8)
      }
    }

    /// What matches the fewest names comes first.
    var particularity: Int {
      switch self {
      case .exact: .max
      case .prefix(let prefix): prefix.utf8.count
      }
    }

    public var description: String {
      switch self {
      case .exact(let name): name.text
      case .prefix(let prefix): prefix + "*"
      }
    }
  }
}

extension Policy.ModelPattern {
  init?(_ place: Place, _ diagnostics: inout Diagnostics) {
    guard let text = place.modelName(&diagnostics) else { return nil }
    guard let star = text.utf8.firstIndex(of: UInt8(ascii: "*")) else {
      self = .exact(ModelName(text))
      return
    }
    guard star == text.utf8.index(before: text.utf8.endIndex) else {
      place.report("may have one * and only at its end, as in claude-*", &diagnostics)
      return nil
    }
    self = .prefix(String(text[..<star]))
  }
}
