// Provider: what is known of each provider before a policy says anything, one row each.

extension Policy {
  /// A company or a program with an OpenAI-compatible endpoint, and the habits of that endpoint.
  public struct Provider: Hashable, Sendable {
    /// As `provider:` spells it, and as `x-ai-provider` and receipts show it.
    public let name: String
    /// Where its OpenAI-compatible endpoint lives.
    public let baseURL: BaseURL
    /// The chat field that bounds the output when the agent gave no bound and a budget needs one.
    public let maxTokensField: String
    /// The environment variables people keep its key in, the usual one first.
    public let keyVariables: [String]
    /// The environment variable its own client reads for another address.
    public let baseURLVariable: String
    /// What its own client appends to that address before `/chat/completions` or `/messages`.
    public let clientPath: String
    /// The dialect of its own that it speaks beside OpenAI's, and the header of its key there.
    public let nativeDialect: String?
    public let nativeKeyHeader: String?
    /// How its models' names begin, where they begin like nobody else's.
    public let modelPrefixes: [String]

    /// In the order in which the environment is searched; the first one found also gets the models nobody claims.
    public static let all: [Provider] = [
      Provider(
        "openai", at: "https://api.openai.com/v1", maxTokensField: "max_completion_tokens", variables: "OPENAI",
        modelPrefixes: ["gpt-", "chatgpt-", "o1", "o3", "o4", "text-embedding-"]),
      // platform.claude.com/docs/en/api/openai-sdk: the key goes into Authorization there, into x-api-key on /messages.
      Provider(
        "anthropic", at: "https://api.anthropic.com/v1", maxTokensField: "max_tokens", variables: "ANTHROPIC",
        clientPath: "/v1", native: ("anthropic", "x-api-key"), modelPrefixes: ["claude-"]),
      // ai.google.dev/gemini-api/docs/openai
      Provider(
        "gemini", at: "https://generativelanguage.googleapis.com/v1beta/openai", maxTokensField: "max_tokens",
        variables: "GEMINI", alsoKey: ["GOOGLE_API_KEY"], native: ("gemini", "x-goog-api-key"),
        modelPrefixes: ["gemini-"]),
      Provider(
        "mistral", at: "https://api.mistral.ai/v1", maxTokensField: "max_tokens", variables: "MISTRAL",
        modelPrefixes: ["mistral-", "ministral-", "magistral-", "codestral-"]),
      Provider(
        "groq", at: "https://api.groq.com/openai/v1", maxTokensField: "max_completion_tokens", variables: "GROQ",
        clientPath: "/openai/v1"),
      Provider(
        "deepseek", at: "https://api.deepseek.com/v1", maxTokensField: "max_tokens", variables: "DEEPSEEK",
        modelPrefixes: ["deepseek-"]),
      Provider("together", at: "https://api.together.xyz/v1", maxTokensField: "max_tokens", variables: "TOGETHER"),
    ]

    /// Providers that speak a dialect of their own, for which there is no OpenAI-compatible address to default to.
    static let later = ["azure", "bedrock", "cohere"]

    private init(
      _ name: String, at address: String, maxTokensField: String, variables: String, alsoKey: [String] = [],
      clientPath: String = "", native: (dialect: String, keyHeader: String)? = nil, modelPrefixes: [String] = []
    ) {
      guard let baseURL = try? BaseURL(parsing: address) else { preconditionFailure("no base URL: \(address)") }
      self.name = name
      self.baseURL = baseURL
      self.maxTokensField = maxTokensField
      self.keyVariables = [variables + "_API_KEY"] + alsoKey
      self.baseURLVariable = variables + "_BASE_URL"
      self.clientPath = clientPath
      nativeDialect = native?.dialect
      nativeKeyHeader = native?.keyHeader
      self.modelPrefixes = modelPrefixes
    }
  }
}

extension Policy.Provider {
  /// The provider of that name.
  init?(_ place: Place, _ diagnostics: inout Diagnostics) {
    guard let name = place.text(&diagnostics) else { return nil }
    if let known = Self.all.first(where: { $0.name == name }) {
      self = known
      return
    }
    let names = Self.all.map(\.name)
    if Self.later.contains(name) {
      place.report(
        "speaks a dialect of its own, which is not in this version; the providers are \(names.joined(separator: ", "))",
        &diagnostics)
    } else if let meant = closest(to: name, among: names) {
      place.report("is not a provider known here, \(quoted(name)); did you mean \(meant)?", &diagnostics)
    } else {
      place.report(
        "is not a provider known here, \(quoted(name)); they are \(names.joined(separator: ", ")). "
          + "For another OpenAI-compatible server write openai and its baseURL", &diagnostics)
    }
    return nil
  }
}
