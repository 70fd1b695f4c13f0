// Provider+All: the table of providers, one row each; nothing else is here.

extension Provider {
  private static let azureKeys = ["AZURE_OPENAI_API_KEY", "AZURE_OPENAI_AD_TOKEN"]

  /// In the order in which the environment is searched; the first one found also gets the models nobody claims.
  public static let all = [
    Provider(
      name: "openai", endpoint: .address("https://api.openai.com/v1"),
      dialects: [.openAI, .responses],
      // Its own reasoning models refuse max_tokens (platform.openai.com/docs/guides/reasoning); but its name and a base URL
      // stand for any server, where the model's name says more.
      habits: ProviderHabits(outputMaxField: nil),
      keyVariables: ["OPENAI_API_KEY"], baseURLVariable: "OPENAI_BASE_URL",
      modelPrefixes: ["gpt-", "chatgpt-", "o1", "o3", "o4", "text-embedding-"], modelNaming: .fineTuned,
      priceLists: ["openai"],
      agentVariables: [
        // openai 3.52 (Python, and openai of npm): /chat/completions, /responses, /embeddings. Without AZURE_OPENAI keys
        // only: with both, module-level calls such as openai.chat.completions.create refuse to guess which one is meant.
        AgentVariable(
          name: "OPENAI_BASE_URL", twin: "OPENAI_API_BASE", suffix: "/v1", keys: ["OPENAI_API_KEY"],
          keysThatForbidAPlaceholder: azureKeys),
        // openai before 1.0, and langchain-openai, which prefers it: as above.
        AgentVariable(
          name: "OPENAI_API_BASE", twin: "OPENAI_BASE_URL", suffix: "/v1", keys: ["OPENAI_API_KEY"],
          keysThatForbidAPlaceholder: azureKeys),
      ]),
    Provider(
      name: "anthropic", endpoint: .address("https://api.anthropic.com/v1"),
      // platform.claude.com/docs/en/api/openai-sdk: its copy of OpenAI's chat completions stands beside /messages.
      dialects: [.anthropic], openAIPath: "",
      keyVariables: ["ANTHROPIC_API_KEY"], baseURLVariable: "ANTHROPIC_BASE_URL", clientPath: "/v1",
      modelPrefixes: ["claude-"], priceLists: ["anthropic"],
      // anthropic 2.11: /v1/messages.
      agentVariables: [
        AgentVariable(name: "ANTHROPIC_BASE_URL", keys: ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"])
      ]),
    Provider(
      name: "gemini", endpoint: .address("https://generativelanguage.googleapis.com/v1beta"),
      // ai.google.dev/gemini-api/docs/openai
      dialects: [.gemini], openAIPath: "/openai",
      // openrouter.ai/docs/api-reference/streaming, "Stream Cancellation", lists those that go on.
      habits: ProviderHabits(outputMaxField: .maxTokens, stopsWhenLeft: false),
      keyVariables: ["GEMINI_API_KEY", "GOOGLE_API_KEY"], baseURLVariable: "GEMINI_BASE_URL", clientPath: "/v1beta",
      modelPrefixes: ["gemini-"], modelNaming: .resource, priceLists: ["gemini"],
      // google-genai 3.4: /v1beta/models/MODEL:METHOD.
      agentVariables: [AgentVariable(name: "GOOGLE_GEMINI_BASE_URL", keys: ["GEMINI_API_KEY", "GOOGLE_API_KEY"])]),
    Provider(
      name: "mistral", endpoint: .address("https://api.mistral.ai/v1"),
      // docs.mistral.ai/api: fields it does not know are refused, stream_options.include_usage among them (422). It goes on
      // when it is hung up on: see gemini.
      habits: ProviderHabits(
        asksForStreamUsage: false, outputMaxField: .maxTokens, stopsWhenLeft: false, knowsDeveloper: false,
        takesOneSystem: true, takesNames: false, thoughts: .parts, takesNineLetterIDs: true, refusesUnknown: true,
        tiers: .none),
      keyVariables: ["MISTRAL_API_KEY"], baseURLVariable: "MISTRAL_BASE_URL",
      modelPrefixes: ["mistral-", "ministral-", "magistral-", "codestral-"], priceLists: ["mistral"],
      // langchain-mistralai: /chat/completions. mistralai itself reads no variable: Mistral(server_url=...).
      agentVariables: [AgentVariable(name: "MISTRAL_BASE_URL", suffix: "/v1", keys: ["MISTRAL_API_KEY"])]),
    Provider(
      name: "groq", endpoint: .address("https://api.groq.com/openai/v1"),
      // console.groq.com/docs/api-reference: max_tokens is deprecated. It goes on when it is hung up on: see gemini.
      // Names are refused, and thinking is `reasoning`.
      habits: ProviderHabits(
        outputMaxField: .maxCompletionTokens, stopsWhenLeft: false, knowsDeveloper: false, takesOneSystem: true,
        takesNames: false, thoughts: .reasoning, tiers: .onDemand),
      keyVariables: ["GROQ_API_KEY"], baseURLVariable: "GROQ_BASE_URL", clientPath: "/openai/v1", priceLists: ["groq"],
      // groq 1.7: /openai/v1/chat/completions.
      agentVariables: [AgentVariable(name: "GROQ_BASE_URL", keys: ["GROQ_API_KEY"])]),
    Provider(
      name: "deepseek", endpoint: .address("https://api.deepseek.com/v1"),
      // api-docs.deepseek.com/api/create-chat-completion
      habits: ProviderHabits(outputMaxField: .maxTokens, knowsDeveloper: false, tiers: .none),
      keyVariables: ["DEEPSEEK_API_KEY"], baseURLVariable: "DEEPSEEK_BASE_URL", modelPrefixes: ["deepseek-"],
      priceLists: ["deepseek"],
      // langchain-deepseek: /chat/completions. DeepSeek has no SDK of its own.
      agentVariables: [AgentVariable(name: "DEEPSEEK_API_BASE", suffix: "/v1", keys: ["DEEPSEEK_API_KEY"])]),
    Provider(
      name: "together", endpoint: .address("https://api.together.xyz/v1"),
      // Servers of open models have templates that are strict about roles.
      habits: ProviderHabits(outputMaxField: .maxTokens, knowsDeveloper: false, takesOneSystem: true, tiers: .none),
      keyVariables: ["TOGETHER_API_KEY"], baseURLVariable: "TOGETHER_BASE_URL", priceLists: ["together"],
      // together 3.1: /v1/chat/completions. (Before 3.0 the path was /chat/completions: set it yourself there.)
      agentVariables: [AgentVariable(name: "TOGETHER_BASE_URL", keys: ["TOGETHER_API_KEY"])]),
    Provider(
      name: "azure", endpoint: .azureResource, dialects: [.openAI, .responses],
      keyForm: .init(headerName: "api-key", headerPrefix: ""),
      // What it encrypts OpenAI cannot read, and its deployments are named as people like.
      habits: ProviderHabits(outputMaxField: .maxCompletionTokens, thoughts: .nowhere, signsAs: .azure),
      keyVariables: ["AZURE_OPENAI_API_KEY"], baseURLVariable: "AZURE_OPENAI_ENDPOINT", clientPath: "/openai/v1",
      // Azure's list has only what costs something else there than at OpenAI.
      modelNaming: .fineTuned, namesAreItsUsers: true, priceLists: ["azure", "openai"],
      // openai 3.52, AzureOpenAI: /openai/deployments/MODEL/chat/completions.
      agentVariables: [AgentVariable(name: "AZURE_OPENAI_ENDPOINT", keys: azureKeys, isOnlyBesideItsKeys: true)]),
    Provider(
      name: "bedrock", endpoint: .awsRegion(host: "bedrock-runtime", service: "bedrock"),
      dialects: [.bedrock],
      // docs.aws.amazon.com/bedrock/latest/userguide/api-keys-use.html: a key of its own is a bearer token.
      keyVariables: ["AWS_BEARER_TOKEN_BEDROCK"], baseURLVariable: "AWS_ENDPOINT_URL_BEDROCK_RUNTIME",
      modelNaming: .amazonResource, priceLists: ["bedrock"],
      agentVariables: [
        // openai 3.52, BedrockOpenAI: /responses, /chat/completions. Requests are signed with whatever AWS credentials the
        // agent has; none are made up, for other AWS clients in the container would find them.
        AgentVariable(name: "AWS_BEDROCK_BASE_URL", suffix: "/v1"),
        // boto3, botocore 1.44, and the AWS SDKs of other languages: /model/MODEL/converse.
        AgentVariable(name: "AWS_ENDPOINT_URL_BEDROCK_RUNTIME"),
        // anthropic 2.11, AnthropicBedrock: /model/MODEL/invoke.
        AgentVariable(name: "ANTHROPIC_BEDROCK_BASE_URL"),
      ]),
    Provider(
      name: "vertex", endpoint: .googleProject, dialects: [.gemini],
      // Signatures of the same models at the Gemini API are not its own.
      // Tokens of Google's are bearer tokens there, although the dialect is Gemini's.
      keyForm: .bearer, habits: ProviderHabits(outputMaxField: .maxTokens, signsAs: .vertex),
      baseURLVariable: "GOOGLE_VERTEX_BASE_URL",
      // cloud.google.com/vertex-ai/generative-ai/pricing: the same models at the same prices.
      modelNaming: .resource, priceLists: ["gemini"]),
    Provider(
      name: "cohere", endpoint: .address("https://api.cohere.com"),
      // docs.cohere.com/docs/compatibility-api
      dialects: [.cohere], openAIPath: "/compatibility/v1",
      keyVariables: ["COHERE_API_KEY", "CO_API_KEY"], baseURLVariable: "COHERE_BASE_URL",
      modelPrefixes: ["command-", "c4ai-", "embed-", "rerank-"], priceLists: ["cohere"],
      // cohere 7.3: /v2/chat, /v1/chat.
      agentVariables: [AgentVariable(name: "CO_API_URL", keys: ["CO_API_KEY", "COHERE_API_KEY"])]),
    Provider(
      name: "openrouter", endpoint: .address("https://openrouter.ai/api/v1"),
      // openrouter.ai/docs: usage is always told.
      habits: ProviderHabits(asksForStreamUsage: false, outputMaxField: .maxTokens, thoughts: .reasoning),
      keyVariables: ["OPENROUTER_API_KEY"], baseURLVariable: "OPENROUTER_BASE_URL"),
    Provider(
      name: "vllm", endpoint: .address("http://127.0.0.1:8000/v1"),
      habits: ProviderHabits(outputMaxField: .maxTokens, knowsDeveloper: false, takesOneSystem: true, tiers: .none),
      baseURLVariable: "VLLM_BASE_URL"),
    Provider(
      name: "ollama", endpoint: .address("http://127.0.0.1:11434/v1"),
      habits: ProviderHabits(
        outputMaxField: .maxTokens, knowsDeveloper: false, takesOneSystem: true, thoughts: .reasoning, tiers: .none),
      baseURLVariable: "OLLAMA_BASE_URL"),
  ]
}
