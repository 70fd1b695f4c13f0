// InterfaceDefinition: what a .varlink file says: the methods, their parameters, and the types these are made of.

/// One interface, read from its definition (varlink.org/Interface-Definition).
public struct InterfaceDefinition: Sendable {
  /// `io.aigw.Control`.
  public let name: String
  /// The text it was read from, comments and all, as GetInterfaceDescription answers it.
  public let description: String
  let types: [String: InterfaceType]
  let methods: [String: InterfaceMethod]
  /// What an error of this interface carries, by its name.
  let errors: [String: InterfaceType]
}

/// What a method takes and what it answers, each a structure.
struct InterfaceMethod: Sendable {
  let parameters: InterfaceType
  let results: InterfaceType
}

indirect enum InterfaceType: Hashable, Sendable {
  case bool
  case int
  case float
  case string
  /// Any JSON object.
  case object
  case array(InterfaceType)
  case dictionary(InterfaceType)
  case optional(InterfaceType)
  case structure([String: InterfaceType])
  case enumeration(Set<String>)
  /// A type the interface defines; the parser has seen to it that there is one.
  case named(String)

  var isOptional: Bool {
    if case .optional = self { true } else { false }
  }
}
