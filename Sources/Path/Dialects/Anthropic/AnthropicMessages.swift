// AnthropicMessages: Anthropic's messages, to and from the conversation
// (platform.claude.com/docs/en/api/messages, .../build-with-claude/streaming, .../api/errors).
//
// What Anthropic cannot say as it was said, and what is said instead:
// - system and developer messages are gathered in `system`, in order; without any other message they are the user's;
// - a temperature above 1 is 1; an image is looked at as closely as its size allows, whatever its `detail`;
// - effort in words is a budget for models that take one, and the other way round (`Reasoning`); a budget leaves at least half
//   of `max_tokens` to the answer; with less than 2,048 tokens, a forced call, or calls whose thinking the agent did
//   not give back, there is no thinking (all three would be refused);
// - a conversation with calls and without tools declares those it names, none of which may be called;
// - an answer's schema is always kept to the letter and has no name;
// - what a text of an earlier answer rests on is left out: only Anthropic can say that again;
// - characters other than letters, digits, _ and - in identifiers of calls are _;
// - arguments that are no JSON object are the one member `arguments` of one.
// Left out in any case: blank texts, which Anthropic refuses, and thinking that none of its models signed.

import Bytes
import Conversation
import Exchange
import Hub

/// Anthropic's messages.
public enum AnthropicMessages: Spoke {
  /// Bounds on what is read of a request.
  enum Limits {
    static let toolsMax = 4_096
    /// Of a provider's message of error.
    static let messageLengthMax = 4_096
  }

  public static func field(of feature: Feature) -> String {
    switch feature {
    case .outputMax: "max_tokens"
    case .stop: "stop_sequences"
    case .format, .schema: "output_config.format"
    case .reasoning: "thinking"
    case .strictTools: "tools[].strict"
    case .parallelTools: "tool_choice.disable_parallel_tool_use"
    case .systemMessage: "system"
    case .image: "messages[].content[].image"
    case .imageURL: "messages[].content[].source.url"
    case .imageDetail: "messages[].content[].detail"
    case .document: "messages[].content[].document"
    case .documentURL: "messages[].content[].document.source.url"
    case .file: "messages[].content[].source.file_id"
    case .audio: "messages[].content[].audio"
    case .toolResultMedia: "messages[].content[].tool_result.content"
    case .toolError: "messages[].content[].is_error"
    case .toolSignature, .thinking: "messages[].content[].thinking"
    case .citations: "messages[].content[].citations"
    case .cacheMarker: "cache_control"
    case .user: "metadata.user_id"
    case .messageName: "messages[].name"
    case .toolName: "tools[].name"
    case .webSearch: "tools[].web_search_20250305"
    // Nothing an agent of this dialect can ask for.
    case .answerImage: "content[].image"
    case .answerAudio: "content[].audio"
    default: feature.name
    }
  }

  /// Tools are sent whole to whoever cannot search for them.
  public static let hints = Hints(
    """
    allowed_callers anthropic_beta betas cache_control clear_thinking cache_edits defer_loading diagnostics display \
    eager_input_streaming input_examples metadata metadata.user_id reasoning_config tool_search_tool_bm25 \
    tool_search_tool_regex tool_search_tool_result user_location
    """)

  public static let toolNames = ToolNameRule(lengthMax: 128)

  public static func reader() -> any AnswerReader { AnthropicReader() }

  public static func writer(for conversation: Conversation) -> any AnswerWriter {
    SequentialWriter(AnthropicWriter())
  }
}
