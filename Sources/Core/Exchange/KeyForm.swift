// KeyForm: how a key is sent: in which header, and behind which words.

/// Which header carries a key, and what stands before the key in it.
public struct KeyForm: Hashable, Sendable {
  /// Lower case.
  public let headerName: String
  /// Its space included: `Bearer `.
  public let headerPrefix: String

  /// RFC 6750 2.1.
  public static let bearer = KeyForm(headerName: "authorization", headerPrefix: "Bearer ")

  public init(headerName: String, headerPrefix: String) {
    self.headerName = headerName
    self.headerPrefix = headerPrefix
  }

  /// As the dialect's own SDKs send it (platform.claude.com/docs/en/api/overview, ai.google.dev/api).
  public init(usualIn dialect: Dialect) {
    switch dialect {
    case .anthropic: self.init(headerName: "x-api-key", headerPrefix: "")
    case .gemini: self.init(headerName: "x-goog-api-key", headerPrefix: "")
    case .openAI, .responses, .bedrock, .cohere: self = .bearer
    }
  }
}
