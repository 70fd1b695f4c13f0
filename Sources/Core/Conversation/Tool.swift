// Tool: what a model may call, how it calls it and what came back.

import JSON

/// A function of the agent's.
public struct Tool: Equatable, Sendable {
  public var name: String
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
