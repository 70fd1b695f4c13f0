// Message: one turn of a conversation, made of parts.

/// Who said it, and what.
public struct Message: Hashable, Sendable {
  public enum Role: String, Hashable, Sendable {
    case system
    /// Instructions of the application, which OpenAI tells from the system's.
    case developer
    /// The user, and the results of tools.
    case user
    case assistant
  }

  public var role: Role
  public var parts: [Part]
  /// Tells participants of the same role apart.
  public var name: String?

  public init(_ role: Role, _ parts: [Part], name: String? = nil) {
    self.role = role
    self.parts = parts
    self.name = name
  }
}

/// A piece of a message. Results of tools are parts of the user's turn that follows the calls.
public struct Part: Hashable, Sendable {
  public enum Content: Hashable, Sendable {
    case text(String)
    case image(Media)
    case document(Media)
    case audio(Media)
    case toolUse(ToolUse)
    case toolResult(ToolResult)
    case thinking(Thinking)
    /// What the provider would not answer, in its own words.
    case refusal(String)
  }

  public var content: Content
  /// The provider may keep the conversation up to here.
  public var cache: CacheMarker?
  /// What the text rests on.
  public var citations: [Citation] = []

  public init(_ content: Content, cache: CacheMarker? = nil, citations: [Citation] = []) {
    self.content = content
    self.cache = cache
    self.citations = citations
  }

  public static func text(_ text: String) -> Part { Part(.text(text)) }
}

/// How long the provider is asked to keep what comes before; its own default where it is nil.
public struct CacheMarker: Hashable, Sendable {
  public enum Lifetime: String, Hashable, Sendable {
    case fiveMinutes = "5m"
    case oneHour = "1h"
  }
  public var lifetime: Lifetime?

  public init(_ lifetime: Lifetime? = nil) { self.lifetime = lifetime }
}

/// An image, a document or a sound.
public struct Media: Hashable, Sendable {
  public enum Source: Hashable, Sendable {
    /// In base64 (RFC 4648 4), as all dialects spell bytes.
    case base64(String)
    case url(String)
    /// A document that is plain text.
    case text(String)
    /// A file the provider was given before; only that provider knows it.
    case file(String)
  }

  public var source: Source
  /// `image/png`; nil where the dialect does not say, as with addresses.
  public var mediaType: String?
  /// What a document is called.
  public var title: String?
  /// How closely to look at an image: `low`, `high`, `auto`, `original`.
  public var detail: String?
  /// Answers shall cite this document.
  public var wantsCitations = false

  public init(_ source: Source, mediaType: String? = nil, title: String? = nil, detail: String? = nil) {
    self.source = source
    // What many call it, and no provider takes.
    self.mediaType = mediaType == "image/jpg" ? "image/jpeg" : mediaType
    self.title = title
    self.detail = detail
  }
}

/// Where a statement of an answer comes from.
public struct Citation: Hashable, Sendable {
  public var text: String?
  public var title: String?
  public var url: String?
  /// Which document of the conversation, counted from 0.
  public var document: Int64?
  /// Where in the answer's text it applies, in characters.
  public var start: Int64?
  public var end: Int64?

  public init() {}
}

extension Part {
  /// It is what a tool gave back.
  public var isResult: Bool {
    if case .toolResult = content { true } else { false }
  }
}
