// OpenAIResponses: OpenAI's responses (developers.openai.com/api/reference/resources/responses).
//
// Rules where the dialect has no word for something:
// - Thinking is an item `reasoning`, its signature the item's `encrypted_content` (`ReasoningSignature.swift`); a call's
//   signature of Gemini's is an item of its own before the call.
// - `instructions` are a system message before all others. Providers get system and developer messages as items.
// - A provider is told to store nothing, since nobody could ask for it, and, where its model reasons, to send its reasoning
//   encrypted, so that it can be sent back.
// - Providers make a schema strict unless told otherwise; they are told what was meant.
// - Providers cache by themselves, so no cache markers are sent: approximated. So is the error flag of a tool's result,
//   which is left out: the text tells. Documents of plain text become texts: approximated.
// - A budget for thinking in tokens becomes the effort that it pays for: approximated, as in chat.
// - Agents' custom tools are functions of one text, those of namespaces have both names (`ToolReading.swift`), and calls come
//   back as what they are to the agent. A shell and a search for tools that the agent runs itself are functions too.
// - Other built-in tools, and what OpenAI keeps between calls (`previous_response_id`, `conversation`, `background`), are nobody
//   else's.
// - Pictures that a model made are items `image_generation_call`; there is none for sounds.
// - Of several choices only the first is told: an agent of this dialect cannot ask for more.

import Bytes
import Conversation
import Exchange
import Hub
import OpenAI

/// `/v1/responses`.
public enum OpenAIResponses: Spoke {
  enum Limits {
    /// Items and contents that one streamed reply may hold, so that nobody can make the reader remember more.
    static let partsMax = 4_096
  }

  /// `max_output_tokens` of the reference.
  public static var outputMin: Int64 { 16 }

  public static func fault(status: Int?, body: ByteSlice) -> Fault { OpenAIChat.fault(status: status, body: body) }

  public static func holds(_ media: MadeMedia) -> Bool {
    if case .image = media { media.bytes != nil } else { false }
  }

  public static func field(of feature: Feature) -> String {
    switch feature {
    case .outputMax: "max_output_tokens"
    case .choices: "n"
    case .logprobs: "top_logprobs"
    case .format: "text.format"
    case .schema: "text.format.schema"
    case .toolName: "tools[].name"
    case .webSearch: "tools[].web_search"
    case .verbosity: "text.verbosity"
    case .strictTools: "tools[].strict"
    case .messageName: "input[].name"
    case .systemMessage: "instructions"
    case .image, .imageURL: "input[].content[].image_url"
    case .imageDetail: "input[].content[].detail"
    case .document: "input[].content[].file_data"
    case .documentURL: "input[].content[].file_url"
    case .file: "input[].content[].file_id"
    case .audio: "input[].content[].input_audio"
    case .toolResultMedia, .toolError: "input[].output"
    case .toolSignature, .thinking: "input[].encrypted_content"
    case .citations: "input[].content[].annotations"
    case .cacheMarker: "input[].content[].prompt_cache_breakpoint"
    case .streamUsage: "stream_options"
    case .answerImage: "output[].image_generation_call"
    case .answerAudio: "output[].audio"
    case .embeddingTokens, .embeddingDimensions, .embeddingPurpose: "input"
    case .parallelTools: "parallel_tool_calls"
    default: feature.name
    }
  }

  /// Tools that OpenAI runs itself and Codex offers unasked are among them, and items that tell of their use.
  public static let hints = Hints(
    """
    client_metadata diagnostics image_generation image_generation_call include include_obfuscation \
    internal_chat_message_metadata_passthrough end_turn max_tool_calls metadata moderation output_schema \
    prompt_cache_key prompt_cache_options prompt_cache_retention reasoning.context safety_identifier store \
    stream_options.include_obfuscation text.verbosity tool_search tool_search_call user user_location web_search \
    web_search_call web_search_preview
    """)

  public static let toolNames = ToolNameRule()
  public static func takes(_ extra: Feature, model: String) -> Bool { true }
}
