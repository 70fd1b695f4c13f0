// AgentVariable+Table: the table of variables that lead the SDKs of an agent to the sidecar; nothing else is here.

extension AgentVariable {
  private static let azureKeys = ["AZURE_OPENAI_API_KEY", "AZURE_OPENAI_AD_TOKEN"]

  /// Checked in the sources of the packages named, on PyPI in November 2026. The paths are those that the SDK adds.
  static let all = [
    // openai 3.52 (Python, and openai of npm): /chat/completions, /responses, /embeddings. Without AZURE_OPENAI keys
    // only: with both, module-level calls such as openai.chat.completions.create refuse to guess which one is meant.
    AgentVariable(
      name: "OPENAI_BASE_URL", twin: "OPENAI_API_BASE", suffix: "/v1", keys: ["OPENAI_API_KEY"],
      keysThatForbidAPlaceholder: azureKeys),
    // openai before 1.0, and langchain-openai, which prefers it: as above.
    AgentVariable(
      name: "OPENAI_API_BASE", twin: "OPENAI_BASE_URL", suffix: "/v1", keys: ["OPENAI_API_KEY"],
      keysThatForbidAPlaceholder: azureKeys),
    // anthropic 2.11: /v1/messages.
    AgentVariable(
      name: "ANTHROPIC_BASE_URL", suffix: "", keys: ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"]),
    // google-genai 3.4: /v1beta/models/MODEL:METHOD.
    AgentVariable(name: "GOOGLE_GEMINI_BASE_URL", suffix: "", keys: ["GEMINI_API_KEY", "GOOGLE_API_KEY"]),
    // groq 1.7: /openai/v1/chat/completions.
    AgentVariable(name: "GROQ_BASE_URL", suffix: "", keys: ["GROQ_API_KEY"]),
    // together 3.1: /v1/chat/completions. (Before 3.0 the path was /chat/completions: set it yourself there.)
    AgentVariable(name: "TOGETHER_BASE_URL", suffix: "", keys: ["TOGETHER_API_KEY"]),
    // langchain-mistralai: /chat/completions. mistralai itself reads no variable: Mistral(server_url=...).
    AgentVariable(name: "MISTRAL_BASE_URL", suffix: "/v1", keys: ["MISTRAL_API_KEY"]),
    // langchain-deepseek: /chat/completions. DeepSeek has no SDK of its own.
    AgentVariable(name: "DEEPSEEK_API_BASE", suffix: "/v1", keys: ["DEEPSEEK_API_KEY"]),
    // cohere 7.3: /v2/chat, /v1/chat.
    AgentVariable(name: "CO_API_URL", suffix: "", keys: ["CO_API_KEY", "COHERE_API_KEY"]),
    // openai 3.52, AzureOpenAI: /openai/deployments/MODEL/chat/completions.
    AgentVariable(name: "AZURE_OPENAI_ENDPOINT", suffix: "", keys: azureKeys, isOnlyBesideItsKeys: true),
    // openai 3.52, BedrockOpenAI: /responses, /chat/completions. Requests are signed with whatever AWS credentials the
    // agent has; none are made up, for other AWS clients in the container would find them.
    AgentVariable(name: "AWS_BEDROCK_BASE_URL", suffix: "/v1", keys: []),
    // boto3, botocore 1.44, and the AWS SDKs of other languages: /model/MODEL/converse.
    AgentVariable(name: "AWS_ENDPOINT_URL_BEDROCK_RUNTIME", suffix: "", keys: []),
    // anthropic 2.11, AnthropicBedrock: /model/MODEL/invoke.
    AgentVariable(name: "ANTHROPIC_BEDROCK_BASE_URL", suffix: "", keys: []),
  ]
}
