// BedrockConverse: Amazon Bedrock's Converse and ConverseStream, to and from the conversation
// (docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html and .../API_runtime_ConverseStream.html).
//
// What Converse cannot say as it was said, and what is said instead:
// - system and developer messages are gathered in `system`, in order; without any other message they are the user's;
// - what models have of their own goes into `additionalModelRequestFields`: thinking and top_k of Claude (as Anthropic's spoke
//   has it), topK of Nova, reasoning_effort of OpenAI's open models;
// - an agent that wants one call at a time is given the first of several;
// - a choice of no tool leaves the tools away; where the conversation has calls, which must have tools, it cannot be said;
// - a conversation with calls and without tools declares those it names, with any arguments;
// - the agent's user is `requestMetadata.user`, where its letters are allowed there;
// - a document without a name is `document-1` and so on, other letters than those allowed in names are -, and a turn with
//   documents and no text says their names, because a text must stand beside them;
// - a marker inside the result of a tool stands behind the result;
// - identifiers of calls with other letters than are allowed, or more than 64, end in a digest (`CallIdentifier`);
// - a schema is always kept to the letter, in the part of JSON Schema that can be (`ClaudeSubset`);
// - Nova's second generation thinks by `reasoningConfig`; what stands behind a profile of one's own is not known, and is not
//   told how hard to think; markers of what is kept stand where the model takes them.
// Left out in any case: blank texts, which Bedrock refuses, and thinking that the model did not sign. Replies have neither
// identifier nor model: the identifier is made of their bytes.

import Anthropic
import Bytes
import Conversation
import Exchange
import Hub

/// Bedrock's Converse.
public enum BedrockConverse: Spoke {
  /// Bounds on what is read of a request.
  enum Limits {
    static let toolsMax = 4_096
    /// Of a name that is repeated in an answer.
    static let nameLengthMax = 64
    /// Of a provider's message of error.
    static let messageLengthMax = 4_096
    /// `requestMetadata`, as Bedrock has it.
    static let metadataMax = 16
    static let metadataLengthMax = 256
    static let identifierLengthMax = 64
    static let documentNameLengthMax = 200
  }

  public static func holds(_ media: MadeMedia) -> Bool {
    switch media {
    case .image: BedrockFormat.format(of: media.bytes?.mediaType, .image) != nil
    case .audio: BedrockFormat.format(of: media.bytes?.mediaType, .sound) != nil
    }
  }

  public static func field(of feature: Feature) -> String {
    switch feature {
    case .outputMax: "inferenceConfig.maxTokens"
    case .temperature: "inferenceConfig.temperature"
    case .topP: "inferenceConfig.topP"
    case .topK: "additionalModelRequestFields.top_k"
    case .stop: "inferenceConfig.stopSequences"
    case .format, .schema: "outputConfig.textFormat"
    case .reasoning: "additionalModelRequestFields.thinking"
    case .tools: "toolConfig.tools"
    case .strictTools: "toolConfig.tools[].toolSpec.strict"
    case .toolChoice: "toolConfig.toolChoice"
    case .systemMessage: "system"
    case .image: "messages[].content[].image"
    case .document: "messages[].content[].document"
    case .file, .imageURL, .documentURL: "messages[].content[].source.s3Location"
    case .audio: "messages[].content[].audio"
    case .toolResultMedia: "messages[].content[].toolResult.content"
    case .toolError: "messages[].content[].toolResult.status"
    case .toolSignature, .thinking: "messages[].content[].reasoningContent"
    case .citations: "messages[].content[].citationsContent"
    case .cacheMarker: "cachePoint"
    case .user: "requestMetadata.user"
    case .metadata: "requestMetadata"
    case .answerImage: "output.message.content[].image"
    case .answerAudio: "output.message.content[].audio"
    case .serviceTier: "serviceTier"
    case .toolName: "toolConfig.tools[].toolSpec.name"
    case .parallelTools: "toolConfig.toolChoice.disableParallelToolUse"
    // Of the bodies of InvokeModel.
    case .embeddingTokens: "inputText"
    case .embeddingDimensions: "dimensions"
    case .embeddingPurpose: "input_type"
    // Nothing an agent of this dialect can ask for.
    default: feature.name
    }
  }

  public static let hints = Hints(
    """
    additionalModelRequestFields.anthropic_beta additionalModelRequestFields.thinking.clear_thinking \
    additionalModelResponseFieldPaths clear_thinking display reasoning_config reasoningConfig requestMetadata \
    requestMetadata.user
    """)

  public static let toolNames = ToolNameRule()

  public static func reader() -> any AnswerReader { BedrockReader() }

  public static func writer(for conversation: Conversation) -> any AnswerWriter {
    SequentialWriter(BedrockWriter())
  }
}
