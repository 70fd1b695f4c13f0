// Thinking: what a model thought, and the provider's proof of it, which must come back unchanged with the next turn.

/// A run of thinking.
public struct Thinking: Hashable, Sendable {
  /// Empty where the provider shows none of it.
  public var text: String
  public var signature: Signature?
  /// The provider hides the text: `signature` holds it in encrypted form.
  public var isRedacted: Bool

  public init(_ text: String, signature: Signature? = nil, isRedacted: Bool = false) {
    self.text = text
    self.signature = signature
    self.isRedacted = isRedacted
  }
}

/// An opaque text that only the models it came from understand. Sent to others it would be refused, so encoders leave
/// out what is not theirs, thinking text included: models need none but their own.
public struct Signature: Hashable, Sendable {
  /// Whose models understand it.
  public enum Origin: String, CaseIterable, Hashable, Sendable {
    /// Anthropic's, wherever they are hosted.
    case claude
    /// Of the Gemini API; Vertex, which has the same models, knows only its own.
    case gemini, vertex
    /// Of OpenAI's own API; what Azure encrypts only Azure can read.
    case openAI, azure
  }

  public var text: String
  public var origin: Origin

  public init(_ text: String, of origin: Origin) {
    self.text = text
    self.origin = origin
  }

  /// Reads a field whose own signatures are `native`. Those of others are spelled `ORIGIN:TEXT`; base64 has no colon.
  public init(shown text: String, native: Origin) {
    self.init(text, of: native)
    for origin in Origin.allCases where text.hasPrefix(origin.rawValue + ":") {
      self.init(String(text.dropFirst(origin.rawValue.count + 1)), of: origin)
    }
  }

  /// How to spell it in a field whose own signatures are `native`, so that `init(shown:native:)` reads it back.
  public func shown(native: Origin) -> String { origin == native ? text : origin.rawValue + ":" + text }
}
