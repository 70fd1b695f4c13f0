// Tool: what a model may call, how it calls it and what came back.

import JSON

/// A function of the agent's.
public struct Tool: Equatable, Sendable {
  /// How an agent of OpenAI's responses calls it; to everybody else all are functions.
  public enum Form: Sendable {
    case function
    /// Takes one text, which the one argument `input` stands for.
    case custom
    /// Finds further tools, which the agent does itself.
    case toolSearch
    case localShell
  }

  /// A tool's place in a namespace of OpenAI's responses.
  public struct Membership: Hashable, Sendable {
    public var namespace: String
    public var name: String

    public init(namespace: String, name: String) {
      self.namespace = namespace
      self.name = name
    }
  }

  public var name: String
  public var form = Form.function
  public var membership: Membership?
  public var description: String?
  /// A JSON schema of its arguments; nil takes none.
  public var parameters: JSONValue?
  /// Arguments must fit the schema to the letter.
  public var isStrict: Bool?
  public var cache: CacheMarker?

  public init(
    name: String, description: String? = nil, parameters: JSONValue? = nil, isStrict: Bool? = nil,
    cache: CacheMarker? = nil
  ) {
    self.name = name
    self.description = description
    self.parameters = parameters
    self.isStrict = isStrict
    self.cache = cache
  }
}

/// Whether the model may, must or must not call tools.
public enum ToolChoice: Hashable, Sendable {
  case auto
  case none
  /// Any of them, at least one.
  case required
  case tool(String)
}

/// A call of a tool.
public struct ToolUse: Hashable, Sendable {
  /// What the result must name. Dialects without identifiers are given some that are unique in the conversation.
  public var id: String
  public var name: String
  /// One JSON object as text; `{}` without arguments, never empty.
  public var arguments: String
  /// What the provider wants back with the call.
  public var signature: Signature?

  public init(id: String, name: String, arguments: String, signature: Signature? = nil) {
    self.id = id
    self.name = name
    self.arguments = arguments.isEmpty ? "{}" : arguments
    self.signature = signature
  }
}

/// What a tool answered. Its parts are texts, images and documents.
public struct ToolResult: Hashable, Sendable {
  public var id: String
  public var parts: [Part]
  public var isError: Bool

  public init(id: String, parts: [Part], isError: Bool = false) {
    self.id = id
    self.parts = parts
    self.isError = isError
  }
}
