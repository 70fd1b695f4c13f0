// CohereChat: the dialect of Cohere's chat, second version (docs.cohere.com/reference/chat).
//
// What is said otherwise on the way to Cohere, and counted as approximated:
// - Documents of plain text, wherever they stood, are gathered in `documents`; what says that a document is cited is
//   `citation_options`. Citations of earlier answers are left out.
// - One tool that must be called is the only one offered, and REQUIRED. Strict tools are `strict_tools`, for all or
//   none.
// - The result of a tool that failed is `{"error": TEXT}`, because results have no flag.
// - An agent that wants one call at a time is given the first of several.
// - An effort of thinking is a number of tokens, by the hub's rule. `p` and `k` are held within their ranges.
// - Of log probabilities the alternatives are left out. Looking at an image as it is (`original`) is looking closely.
// - Cache markers, user, metadata and tiers of service have no place. JSON cannot be asked for beside tools or documents.
//
// Extension: signatures of thinking, which Cohere's models do not make, stand in `signature` beside `thinking`, spelled
// `ORIGIN:TEXT`; the SDKs carry members they do not know. The signature of a call has a thinking part of its own.

import Conversation
import Hub

public enum CohereChat: Spoke {
  enum Limits {
    /// `stop_sequences`, `k` and `p` of the reference.
    static let stopSequencesMax = 5
    static let kMax: Int64 = 500
    static let pRange = 0.01...0.99
    /// All parts of a request or a reply, and all functions.
    static let partsMax = 100_000
    static let functionsMax = 4_096
  }

  public static func field(of feature: Feature) -> String {
    switch feature {
    case .outputMax: "max_tokens"
    case .topP: "p"
    case .topK: "k"
    case .stop: "stop_sequences"
    case .format: "response_format"
    case .schema: "response_format.json_schema"
    case .reasoning: "thinking"
    case .toolChoice, .parallelTools: "tool_choice"
    case .image: "messages[].content[].image_url"
    case .imageURL: "messages[].content[].image_url.url"
    case .imageDetail: "messages[].content[].image_url.detail"
    case .document, .documentURL: "documents"
    case .toolResultMedia: "messages[].content[].document"
    case .thinking: "messages[].content[].thinking"
    case .toolSignature: "messages[].content[].signature"
    case .citations: "citation_options"
    case .serviceTier: "priority"
    case .streamUsage: "stream"
    case .answerImage: "message.content[].image"
    case .answerAudio: "message.content[].audio"
    case .toolName: "tools[].function.name"
    case .systemMessage, .file, .audio, .toolError, .cacheMarker: "messages"
    case .embeddingTokens: "texts"
    case .embeddingDimensions: "output_dimension"
    case .embeddingPurpose: "input_type"
    default: feature.name
    }
  }

  public static let hints = Hints(
    "citation_options client_name conversation_id metadata priority safety_mode truncate user")

  public static let toolNames = ToolNameRule(others: "", beginsWithLetter: true)
}
