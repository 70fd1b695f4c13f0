// Environment: the variables an expression may name, as its host declares them; and the values the host gives them.

/// A declared variable.
public struct Variable: Hashable, Sendable {
  /// Its place among the bindings.
  let slot: Int
  /// `budget.remaining`, `budget["per-user"].remaining`: as one writes it in an expression.
  public let name: String
  public let type: ValueType
}

/// What an expression can see. Declared once, used for any number of expressions.
public struct Environment: Sendable {
  public private(set) var variables: [Variable] = []
  private var slots: [[String]: Int] = [:]
  /// Beginnings of names that are not variables themselves: `budget`.
  private var namespaces: Set<[String]> = []

  public init() {}

  /// Declares a variable. A name may have several parts: `declare("budget", "per-user", "remaining", as: .double)` is
  /// written `budget["per-user"].remaining`. Where one name begins another, an expression means the longest that is
  /// declared (langdef.md, Name Resolution).
  @discardableResult
  public mutating func declare(_ path: String..., as type: ValueType) -> Variable {
    precondition(!path.isEmpty && slots[path] == nil, "\(path) is declared twice, or has no name")
    let variable = Variable(slot: variables.count, name: Self.spelled(path), type: type)
    slots[path] = variable.slot
    variables.append(variable)
    for length in 1..<path.count { namespaces.insert(Array(path.prefix(length))) }
    return variable
  }

  func variable(_ path: [String]) -> Variable? { slots[path].map { variables[$0] } }

  func isNamespace(_ path: [String]) -> Bool { namespaces.contains(path) }

  /// How a path is written: parts that are no names stand in brackets.
  static func spelled(_ path: [String]) -> String {
    var text = ""
    for part in path {
      let isName = part.utf8.first?.startsName == true && part.utf8.allSatisfy(\.continuesName)
      text += isName ? (text.isEmpty ? part : "." + part) : "[\(Value.string(part))]"
    }
    return text
  }
}

/// Values for the variables of one environment.
public struct Bindings: Sendable {
  private(set) var values: [Value?]

  public init(_ environment: Environment) {
    values = Array(repeating: nil, count: environment.variables.count)
  }

  /// - Precondition: the value is of the type that was declared.
  public subscript(_ variable: Variable) -> Value? {
    get { values[variable.slot] }
    set {
      precondition(
        newValue == nil || variable.type.kind == nil || newValue?.kind == variable.type.kind,
        "\(variable.name) is declared as \(variable.type) and bound to \(newValue.debugDescription)")
      values[variable.slot] = newValue
    }
  }

  /// The same for those who know the slot, and that the type is right.
  mutating func bind(slot: Int, to value: Value) { values[slot] = value }
}
