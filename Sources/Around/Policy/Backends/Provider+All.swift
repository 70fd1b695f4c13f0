// Provider+All: the providers there are, one row each.

import Exchange

extension Policy.Provider {
  /// In the order in which the environment is searched; the first one found also gets the models nobody claims.
  public static let all: [Policy.Provider] = [
    Policy.Provider(
      "openai", at: "https://api.openai.com/v1", speaks: [.openAI, .responses],
      maxTokensField: "max_completion_tokens", variables: "OPENAI",
      modelPrefixes: ["gpt-", "chatgpt-", "o1", "o3", "o4", "text-embedding-"]),
    // platform.claude.com/docs/en/api/openai-sdk: its copy of OpenAI's chat completions stands beside /messages.
    Policy.Provider(
      "anthropic", at: "https://api.anthropic.com/v1", speaks: [.anthropic], openAIPath: "", variables: "ANTHROPIC",
      clientPath: "/v1", modelPrefixes: ["claude-"]),
    // ai.google.dev/gemini-api/docs/openai
    Policy.Provider(
      "gemini", at: "https://generativelanguage.googleapis.com/v1beta", speaks: [.gemini], openAIPath: "/openai",
      variables: "GEMINI", alsoKey: ["GOOGLE_API_KEY"], clientPath: "/v1beta", modelPrefixes: ["gemini-"]),
    // docs.mistral.ai/api: fields it does not know are refused, stream_options.include_usage among them (422).
    Policy.Provider(
      "mistral", at: "https://api.mistral.ai/v1", alwaysTellsUsage: true, variables: "MISTRAL",
      modelPrefixes: ["mistral-", "ministral-", "magistral-", "codestral-"]),
    Policy.Provider(
      "groq", at: "https://api.groq.com/openai/v1", maxTokensField: "max_completion_tokens", variables: "GROQ",
      clientPath: "/openai/v1"),
    Policy.Provider(
      "deepseek", at: "https://api.deepseek.com/v1", variables: "DEEPSEEK", modelPrefixes: ["deepseek-"]),
    Policy.Provider("together", at: "https://api.together.xyz/v1", variables: "TOGETHER"),
    // learn.microsoft.com/azure/foundry/openai/api-version-lifecycle: /openai/v1 is OpenAI's API, where `model` names
    // the deployment; the dated versions have the deployment in the path.
    Policy.Provider(
      "azure", .azureResource, speaks: [.openAI, .responses], maxTokensField: "max_completion_tokens",
      keyForm: .init(headerName: "api-key", headerPrefix: ""), keyVariables: ["AZURE_OPENAI_API_KEY"],
      baseURLVariable: "AZURE_OPENAI_ENDPOINT", clientPath: "/openai/v1"),
    // docs.aws.amazon.com/bedrock/latest/userguide/api-keys-use.html: a key of its own is a bearer token.
    Policy.Provider(
      "bedrock", .awsRegion, speaks: [.bedrock], keyVariables: ["AWS_BEARER_TOKEN_BEDROCK"],
      baseURLVariable: "AWS_ENDPOINT_URL_BEDROCK_RUNTIME"),
    // Tokens of Google's are bearer tokens there, although the dialect is Gemini's.
    Policy.Provider(
      "vertex", .googleProject, speaks: [.gemini], keyForm: .bearer, keyVariables: [],
      baseURLVariable: "GOOGLE_VERTEX_BASE_URL"),
    // docs.cohere.com/docs/compatibility-api
    Policy.Provider(
      "cohere", at: "https://api.cohere.com", speaks: [.cohere], openAIPath: "/compatibility/v1", variables: "COHERE",
      alsoKey: ["CO_API_KEY"], modelPrefixes: ["command-", "c4ai-", "embed-", "rerank-"]),
    // openrouter.ai/docs: usage is always told.
    Policy.Provider(
      "openrouter", at: "https://openrouter.ai/api/v1", alwaysTellsUsage: true, variables: "OPENROUTER"),
    Policy.Provider("vllm", at: "http://127.0.0.1:8000/v1", variables: "VLLM", needsKey: false),
    Policy.Provider("ollama", at: "http://127.0.0.1:11434/v1", variables: "OLLAMA", needsKey: false),
  ]

  private init(
    _ name: String, at address: String, speaks dialects: [Dialect] = [.openAI], openAIPath: String? = nil,
    maxTokensField: String = "max_tokens", alwaysTellsUsage: Bool = false, variables: String, alsoKey: [String] = [],
    needsKey: Bool = true, clientPath: String = "", modelPrefixes: [String] = []
  ) {
    guard let baseURL = try? Policy.BaseURL(parsing: address) else { preconditionFailure("no base URL: \(address)") }
    self.init(
      name, .address(baseURL), speaks: dialects, openAIPath: openAIPath, maxTokensField: maxTokensField,
      alwaysTellsUsage: alwaysTellsUsage, keyVariables: needsKey ? [variables + "_API_KEY"] + alsoKey : [],
      baseURLVariable: variables + "_BASE_URL", clientPath: clientPath, modelPrefixes: modelPrefixes)
  }

  private init(
    _ name: String, _ endpoint: Endpoint, speaks dialects: [Dialect], openAIPath: String? = nil,
    maxTokensField: String = "max_tokens", alwaysTellsUsage: Bool = false, keyForm: Policy.KeyForm? = nil,
    keyVariables: [String], baseURLVariable: String, clientPath: String = "", modelPrefixes: [String] = []
  ) {
    self.name = name
    self.endpoint = endpoint
    self.dialects = dialects
    self.openAIPath = openAIPath
    self.maxTokensField = maxTokensField
    self.alwaysTellsUsage = alwaysTellsUsage
    self.keyForm = keyForm
    self.keyVariables = keyVariables
    self.baseURLVariable = baseURLVariable
    self.clientPath = clientPath
    self.modelPrefixes = modelPrefixes
  }
}
