// YAMLEvent: what a YAML text is made of, in the order in which it is read.

/// What libyaml saw next, and where: lines and columns are counted from 1, columns in characters.
public struct YAMLEvent: Sendable {
  public enum Kind: Hashable, Sendable {
    case streamStart
    case streamEnd
    case documentStart
    case documentEnd
    /// The name of the anchor it stands for.
    case alias(String)
    case scalar(String, Style)
    case sequenceStart(isFlow: Bool)
    case sequenceEnd
    case mappingStart(isFlow: Bool)
    case mappingEnd
  }

  /// How a scalar is written. Only a plain one may be a number, a boolean or null.
  public enum Style: Hashable, Sendable {
    case plain
    case singleQuoted
    case doubleQuoted
    case literal
    case folded
  }

  public let kind: Kind
  public let line: Int
  public let column: Int
  /// The name by which aliases can repeat this value.
  public let anchor: String?
  public let hasTag: Bool
}

/// A text that is not YAML. The message never quotes the text.
public struct YAMLFault: Error, Hashable, Sendable {
  public let message: String
  public let line: Int
  public let column: Int
}
