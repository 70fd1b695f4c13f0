// DocumentPath: how a person names a value of a document.

/// `budgets.per-user.limit`, `models."gpt-3.5-turbo".chain[0].backend`. A chain of steps: it is spelled only for a
/// diagnostic, and a policy of ten thousand budgets has none.
indirect enum DocumentPath: CustomStringConvertible {
  case root
  case member(DocumentPath, String)
  case element(DocumentPath, Int)

  /// A name that stands alone, such as that of an environment variable.
  static func name(_ name: String) -> Self { .member(.root, name) }

  var description: String {
    switch self {
    case .root: return ""
    case .element(let list, let index): return "\(list)[\(index)]"
    case .member(let mapping, let key):
      let before = mapping.description
      // A name that would be mistaken for a path stands in quotes.
      let isSimple = !key.isEmpty && key.utf8.allSatisfy { $0.isLetter || $0.isDigit || $0 == 45 || $0 == 95 }
      return (before.isEmpty ? "" : before + ".") + (isSimple && key.utf8.count <= 40 ? key : quoted(key))
    }
  }
}
