// PriceList+All: the table of the built-in lists, by the names that providers' rows have them under.

extension PriceList {
  /// Each is read when it is first asked for.
  static let all: KeyValuePairs<String, @Sendable () -> PriceList> = [
    "openai": { openAI }, "anthropic": { anthropic }, "gemini": { gemini }, "mistral": { mistral },
    "cohere": { cohere },
    "groq": { groq }, "deepseek": { deepSeek }, "together": { together }, "bedrock": { bedrock }, "azure": { azure },
  ]
}
