// Provider: what is known of each provider before a policy says anything; the rows stand in Provider+All.

import Exchange

extension Policy {
  /// A company or a program that serves models, and the habits of its endpoints.
  public struct Provider: Hashable, Sendable {
    /// As `provider:` spells it, and as `x-ai-provider` and receipts show it.
    public let name: String
    public let endpoint: Endpoint
    /// What it speaks, the first of which a call in a dialect it does not speak is translated to; never empty.
    public let dialects: [Dialect]
    /// What follows its base URL where it copies OpenAI's chat completions beside dialects of its own.
    public let openAIPath: String?
    /// The chat field that bounds the output when the agent gave no bound and a budget needs one.
    public let maxTokensField: String
    /// A stream of OpenAI's dialect ends with its usage unasked, and to be asked may be an error.
    public let alwaysTellsUsage: Bool
    /// The header of its key where it is another than the dialect's own.
    let keyForm: KeyForm?
    /// The environment variables people keep its key in, the usual one first.
    public let keyVariables: [String]
    /// The environment variable its own client reads for another address.
    public let baseURLVariable: String
    /// What its own client appends to that address before `/chat/completions` or `/messages`.
    public let clientPath: String
    /// How its models' names begin, where they begin like nobody else's.
    public let modelPrefixes: [String]

    /// How its address is found.
    public enum Endpoint: Hashable, Sendable {
      case address(BaseURL)
      /// A resource of Azure's has a host of its own.
      case azureResource
      /// Bedrock's runtime of a region.
      case awsRegion
      /// Vertex AI: a project at a location.
      case googleProject
    }

    /// A key is all that is missing.
    var hasUsualAddress: Bool { if case .address = endpoint { true } else { false } }

    /// Which credentials a policy may give it.
    var auth: AuthKind {
      switch endpoint {
      case .awsRegion: .aws
      case .googleProject: .google
      case .address, .azureResource: .key
      }
    }

    /// The credential to advise where none was written; nil where none is needed.
    var credentialAdvice: String? {
      switch auth {
      case .aws: "auth: {aws: {}}"
      case .google: "auth: {google: {}}"
      case .key: keyVariables.first.map { "auth: {env: \($0)}" }
      }
    }
  }

  enum AuthKind {
    case key, aws, google
  }

  /// Which header carries a key, and what stands before the key in it.
  public struct KeyForm: Hashable, Sendable {
    /// Lower case.
    public let headerName: String
    /// Its space included: `Bearer `.
    public let headerPrefix: String

    /// RFC 6750 2.1.
    static let bearer = KeyForm(headerName: "authorization", headerPrefix: "Bearer ")

    /// As the dialect's own SDKs send it (platform.claude.com/docs/en/api/overview, ai.google.dev/api).
    init(usualIn dialect: Dialect) {
      switch dialect {
      case .anthropic: self.init(headerName: "x-api-key", headerPrefix: "")
      case .gemini: self.init(headerName: "x-goog-api-key", headerPrefix: "")
      case .openAI, .responses, .bedrock, .cohere: self = .bearer
      }
    }

    init(headerName: String, headerPrefix: String) {
      self.headerName = headerName
      self.headerPrefix = headerPrefix
    }
  }
}

extension Policy.Provider {
  /// The provider that people call `name`, in whatever case and with whatever between its words: `AWS Bedrock`,
  /// `azure_openai`, `google-vertex-ai`, `MistralAI`. Where two are named, the host is meant.
  private static func known(as name: String) -> Self? {
    let words = name.lowercased().split { " -_".contains($0) }
    let whole = words.joined()
    let usual = [
      "google": "gemini", "googleai": "gemini", "claude": "anthropic", "aws": "bedrock", "amazon": "bedrock",
    ]
    let wanted = usual[whole] ?? whole
    return all.first { $0.name == wanted || $0.name + "ai" == wanted }
      ?? all.last { known in words.contains { $0 == known.name } }
  }

  /// The provider of that name.
  init?(_ place: Place, _ diagnostics: inout Diagnostics) {
    guard let name = place.text(&diagnostics) else { return nil }
    if let known = Self.known(as: name) {
      self = known
      return
    }
    let names = Self.all.map(\.name)
    if let meant = closest(to: name, among: names) {
      place.report("is not a provider known here, \(quoted(name)); did you mean \(meant)?", &diagnostics)
    } else {
      place.report(
        "is not a provider known here, \(quoted(name)); they are \(names.joined(separator: ", ")). "
          + "For another OpenAI-compatible server write openai and its baseURL", &diagnostics)
    }
    return nil
  }
}
