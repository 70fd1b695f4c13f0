// OpenAIChat: chat completions (developers.openai.com/api/reference/resources/chat), and what providers that copy them add.
//
// Rules where the dialect has no word for something:
// - Thinking is carried to agents as `reasoning_content` (api-docs.deepseek.com/guides/reasoning_model), and where it is
//   signed as `thinking_blocks` too (docs.litellm.ai/docs/reasoning_content), both on the message or the delta; agents that
//   send the message back with the next turn send them along. A provider is sent thinking that nobody signed, which
//   DeepSeek wants back, except for OpenAI's own models.
// - Thinking between texts is a `thinking_blocks` element with `content_offset`: how many characters of the content were said
//   before it.
// - Pictures stand in `images`, sounds in `audio`, as OpenRouter and OpenAI have them.
// - A call's signature of Gemini's stands in `extra_content.google.thought_signature`
//   (ai.google.dev/gemini-api/docs/thought-signatures).
// - Cache markers come as `prompt_cache_breakpoint`, or as `cache_control` in Anthropic's form
//   (openrouter.ai/docs/features/prompt-caching). Providers cache by themselves, so none are sent: approximated.
// - Media in the results of tools follow in a message of the user: approximated. So is the error flag of a result, which
//   is left out: the text tells.
// - Documents of plain text become texts: approximated.
// - A budget for thinking in tokens becomes the effort that it pays for (`Reasoning.effort`): approximated. An effort that
//   a model does not know is the greatest below it that it does (`OpenAIEffort.swift`): approximated.
// - A schema or a tool that is called strict and that OpenAI would refuse as such (`StrictSchema`) is sent as not strict:
//   approximated. A tier of service that the provider has no word for is let go: approximated.
// - Identifiers of calls that are too long for the provider end in a digest (`CallIdentifier`), in call and result alike.
// - What a provider takes otherwise is its `ProviderHabits`: roles, names, where thinking stands, identifiers, members.
// - Citations without an address are left out of replies.
// - An ending `refusal` without a refusal's text is told as `content_filter`; `pause` as `stop`.

import Conversation
import Hub

/// `/v1/chat/completions`.
public enum OpenAIChat: Spoke {
  enum Limits {
    /// `n` of the API reference.
    static let choicesMax: Int64 = 128
    /// Calls of tools that one streamed choice may hold, so that nobody can make the reader remember more.
    static let callsMax = 1_024
    /// `user`
    static let userLengthMax = 64
  }

  public static func holds(_ media: MadeMedia) -> Bool {
    switch media {
    case .image(let image): image.address(typeUnlessGiven: "image/png") != nil
    case .audio: media.bytes != nil
    }
  }

  public static func field(of feature: Feature) -> String {
    switch feature {
    case .outputMax: "max_completion_tokens"
    case .choices: "n"
    case .format: "response_format"
    case .schema: "response_format.json_schema"
    case .reasoning: "reasoning_effort"
    case .toolName: "tools[].function.name"
    case .webSearch: "web_search_options"
    case .strictTools: "tools[].function.strict"
    case .parallelTools: "parallel_tool_calls"
    case .messageName: "messages[].name"
    case .systemMessage: "messages[].role"
    case .image, .imageURL: "messages[].content[].image_url"
    case .imageDetail: "messages[].content[].image_url.detail"
    case .document, .documentURL: "messages[].content[].file"
    case .file: "messages[].content[].file.file_id"
    case .audio: "messages[].content[].input_audio"
    case .toolResultMedia, .toolError: "messages[].content"
    case .toolSignature: "messages[].tool_calls[].extra_content"
    case .thinking: "messages[].thinking_blocks"
    case .citations: "messages[].annotations"
    case .cacheMarker: "messages[].content[].prompt_cache_breakpoint"
    case .streamUsage: "stream_options.include_usage"
    case .answerImage: "choices[].message.images"
    case .answerAudio: "choices[].message.audio"
    case .embeddingTokens: "input"
    case .embeddingDimensions: "dimensions"
    case .embeddingPurpose: "input_type"
    default: feature.name
    }
  }

  /// What other providers of this dialect have of their own, and what their replies leave in the history, is among them.
  public static let hints = Hints(
    """
    cache_control clear_thinking client_metadata eager_input_streaming extra_headers include_reasoning \
    include_stop_str_in_output metadata models moderation prediction prompt_cache_key prompt_cache_options \
    prompt_cache_retention provider provider_specific_fields reasoning_config reasoning_details reasoning_format \
    reasoning_split request_id safety_identifier search_parameters session_id store \
    stream_options.continuous_usage_stats stream_options.include_obfuscation thinking.display transforms usage user \
    verbosity
    """)

  public static let toolNames = ToolNameRule()
  /// Copies of OpenAI's refuse what they do not know.
  public static func takes(_ extra: Feature, model: String) -> Bool { isOwnModel(model) }
}
