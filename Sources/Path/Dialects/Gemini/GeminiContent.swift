// GeminiContent: the dialect of generateContent (ai.google.dev/api/generate-content and the pages it links).
//
// What is said otherwise on the way to Gemini, and counted as approximated:
// - System messages are gathered in `systemInstruction`; without any turn they become the user's.
// - An effort of thinking is a `thinkingLevel` from the third generation on and a `thinkingBudget` before
//   (ai.google.dev/gemini-api/docs/openai#thinking); thinking that cannot be switched off is as short as it can be.
// - Strict tools are the mode VALIDATED, which holds for all tools or none. A strict schema is strict there anyway.
// - An agent that wants one call at a time is given the first of several.
// - Cache markers: Gemini keeps what prompts begin with unasked (docs/caching). User and metadata have no place.
// - Images in the results of tools stand beside the results before the third generation (docs/function-calling).
// - An address without a known ending is sent as what it most likely is; a document's title is left out.
// - A text document in the result of a tool is part of its output. JSON beside functions cannot be said before the third
//   generation.
// - A seed of 64 bits is cut to 32.
// - Calls that Gemini did not sign, which its third generation would refuse, are marked with the text it documents for
//   that (docs/thought-signatures); this and the leaving out of what others thought count as nothing lost.

import Conversation
import Hub

public enum GeminiContent {
  enum Limits {
    /// `stopSequences` and `candidateCount` of the reference, and `logprobs` beside them.
    static let stopSequencesMax = 5
    static let candidatesMax: Int64 = 8
    static let logprobsMax: Int64 = 20
    /// All parts of a request, and all functions.
    static let partsMax = 100_000
    static let functionsMax = 4_096
    /// A reply's candidates, and parts of each in one chunk.
    static let replyPartsMax = 10_000
  }

  /// What a call without a signature is sent with, so that it is not refused (docs/thought-signatures).
  static let unsigned = "skip_thought_signature_validator"

  public static func field(of feature: Feature) -> String {
    switch feature {
    case .outputMax: "generationConfig.maxOutputTokens"
    case .temperature: "generationConfig.temperature"
    case .topP: "generationConfig.topP"
    case .topK: "generationConfig.topK"
    case .frequencyPenalty: "generationConfig.frequencyPenalty"
    case .presencePenalty: "generationConfig.presencePenalty"
    case .stop: "generationConfig.stopSequences"
    case .seed: "generationConfig.seed"
    case .choices: "generationConfig.candidateCount"
    case .logprobs: "generationConfig.responseLogprobs"
    case .format: "generationConfig.responseMimeType"
    case .schema: "generationConfig.responseJsonSchema"
    case .reasoning: "generationConfig.thinkingConfig"
    case .tools, .strictTools: "tools"
    case .toolName: "tools[].functionDeclarations[].name"
    case .webSearch: "tools[].googleSearch"
    case .toolChoice, .parallelTools: "toolConfig.functionCallingConfig"
    case .systemMessage: "systemInstruction"
    case .image, .document, .audio: "contents[].parts[].inlineData"
    case .imageURL, .documentURL, .file: "contents[].parts[].fileData"
    case .imageDetail: "contents[].parts[].mediaResolution"
    case .toolResultMedia, .toolError: "contents[].parts[].functionResponse"
    case .toolSignature, .thinking: "contents[].parts[].thoughtSignature"
    case .citations, .cacheMarker: "contents"
    case .metadata: "labels"
    case .serviceTier: "serviceTier"
    case .answerImage, .answerAudio: "candidates[].content.parts[].inlineData"
    case .embeddingTokens: "requests[].content"
    case .embeddingDimensions: "requests[].outputDimensionality"
    case .embeddingPurpose: "requests[].taskType"
    default: feature.name
    }
  }

  /// Filters of other providers are what they are; what a function answers nobody else is told.
  public static let hints = Hints(
    """
    labels response responseJsonSchema routingConfig safetySettings store title tools[].googleSearch.timeRangeFilter
    """)

  /// ai.google.dev/api/caching#FunctionDeclaration
  public static let toolNames = ToolNameRule(others: "_.:-", beginsWithLetter: true)
}

extension GeminiContent: Spoke {
  public static func holds(_ media: MadeMedia) -> Bool { media.bytes != nil }

  public static var takesBackMedia: Bool { true }

  /// Models for pictures say so in their names (ai.google.dev/gemini-api/docs/image-generation).
  public static func makesImages(_ model: String) -> Bool { model.utf8.span.contains("image") }
}
