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
// - A budget for thinking in tokens becomes the effort that it pays for: approximated. `max` is read as `xhigh`.
// - Built-in tools, and what OpenAI keeps between calls (`previous_response_id`, `conversation`, `background`), are nobody
//   else's.
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

  public static func fault(status: Int, body: ByteSlice) -> Fault { OpenAIChat.fault(status: status, body: body) }

  public static func field(of feature: Feature) -> String {
    switch feature {
    case .outputMax: "max_output_tokens"
    case .temperature: "temperature"
    case .topP: "top_p"
    case .topK: "top_k"
    case .frequencyPenalty: "frequency_penalty"
    case .presencePenalty: "presence_penalty"
    case .stop: "stop"
    case .seed: "seed"
    case .choices: "n"
    case .logprobs: "top_logprobs"
    case .format: "text.format"
    case .schema: "text.format.schema"
    case .reasoning: "reasoning"
    case .tools: "tools"
    case .strictTools: "tools[].strict"
    case .toolChoice: "tool_choice"
    case .parallelTools: "parallel_tool_calls"
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
    case .user: "user"
    case .metadata: "metadata"
    case .serviceTier: "service_tier"
    case .streamUsage: "stream_options"
    case .embeddingTokens, .embeddingDimensions, .embeddingPurpose: "input"
    }
  }
}
