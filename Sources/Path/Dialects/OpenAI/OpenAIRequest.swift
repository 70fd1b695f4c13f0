// OpenAIRequest: a body of chat completions, text completions, embeddings, and of what is passed through.

import Bytes
import Exchange
import Hub
import JSON

/// `null` counts as absent.
public final class OpenAIRequest: ModelRequest {
  enum Name: String, FieldName {
    case model
    case stream
    case streamOptions = "stream_options"
    case maxTokens = "max_tokens"
    case maxCompletionTokens = "max_completion_tokens"
    case maxOutputTokens = "max_output_tokens"
    case n
    case bestOf = "best_of"
    case prompt
    case serviceTier = "service_tier"
    case modalities
    case audio
  }

  enum OptionName: String, FieldName {
    case includeUsage = "include_usage"
  }

  enum Limits {
    /// `n` of the API reference: at most 128 choices.
    static let choicesMax: Int64 = 128
  }

  /// Members of messages that tell what they hold.
  private enum Nested: Int, CaseIterable {
    case inputAudio, ttl, thinkingBlocks, thoughtSignature, toolCallID, toolCalls, role, reasoningContent

    static let names = NestedNames(
      [
        "input_audio", "ttl", "thinking_blocks", "thought_signature", "tool_call_id", "tool_calls", "role",
        "reasoning_content",
      ], beginnings: ["role": "developer\""])
  }

  static let scanner = FieldScanner<Name>()
  static let optionScanner = FieldScanner<OptionName>()

  public let body: ByteSlice
  let fields: RequestFields<Name>
  public let model: ModelName?
  public let wantsStream: Bool
  public let wantsStreamUsage: Bool
  public let outputMax: TokenCount?
  /// `n` or `best_of`, times the prompts of a text completion.
  public let choices: Int64
  public let facts: CallFacts
  let options: FieldTable<OptionName>?
  /// Some call has an identifier that OpenAI would refuse.
  let hasLongCallIDs: Bool
  let hasCalls: Bool
  let hasDeveloper: Bool
  let hasThoughts: Bool

  /// Throws a 400 that names the field at fault.
  public init(_ body: ByteSlice) throws(Fault) {
    self.body = body
    var nested = NestedMembers(Nested.names)
    let fields = try RequestFields(body, Self.scanner, noting: &nested)
    self.fields = fields
    model = try fields.model(.model)
    wantsStream = try fields.flag(.stream)
    let text = body.span
    if let object = try fields.present(.streamOptions, .object, "an object") {
      options = try? Self.optionScanner.scan(text, in: object.range)
      if options?.firstDuplicated != nil {
        throw RequestFields<Name>.invalid("stream_options", "stream_options.include_usage is given twice.")
      }
    } else {
      options = nil
    }
    wantsStreamUsage = options?[.includeUsage]?.value.bool(in: text) ?? false
    var largest = try fields.positive(.maxTokens) ?? 0
    largest = max(largest, try fields.positive(.maxCompletionTokens) ?? 0)
    largest = max(largest, try fields.positive(.maxOutputTokens) ?? 0)
    outputMax = largest > 0 ? TokenCount(largest) : nil
    let n = try fields.positive(.n) ?? 1
    let bestOf = try fields.positive(.bestOf) ?? 1
    for (name, count) in [(Name.n, n), (.bestOf, bestOf)] where count > Limits.choicesMax {
      throw RequestFields<Name>.invalid(name.rawValue, "\(name.rawValue) must be at most \(Limits.choicesMax).")
    }
    choices = max(n, bestOf) * Self.prompts(fields[.prompt], in: text)
    var facts = CallFacts()
    for tier in ["priority", "fast"] where fields.says(.serviceTier, tier) {
      facts.dearerOption = "service_tier: \(tier)"
    }
    facts.hasAudio =
      fields[.audio] != nil || nested.has(Nested.inputAudio.rawValue, in: text)
      || fields[.modalities].map { text.extracting($0.range).contains("audio") } ?? false
    facts.hasLongCacheWrite = nested.hasString(Nested.ttl.rawValue, notBeginning: "5m\"", in: text)
    facts.carriesForeignThoughts =
      nested.has(Nested.thinkingBlocks.rawValue, in: text) || nested.has(Nested.thoughtSignature.rawValue, in: text)
    self.facts = facts
    hasCalls = nested.has(Nested.toolCalls.rawValue, in: text)
    hasDeveloper = nested.has(Nested.role.rawValue, in: text)
    hasThoughts = nested.has(Nested.reasoningContent.rawValue, in: text)
    hasLongCallIDs =
      !nested.strings(Nested.toolCallID.rawValue, over: CallIdentifier.chatMax, in: text).isEmpty
  }

  /// A prompt is a text or an array of token numbers; an array of either is several prompts.
  private static func prompts(_ prompt: ScannedValue?, in text: Span<UInt8>) -> Int64 {
    guard let prompt, prompt.kind == .array else { return 1 }
    var elements = ArrayScanner(prompt)
    var count: Int64 = 0
    while let element = try? elements.next(in: text) {
      if element.kind == .integer { return 1 }
      count += 1
    }
    return max(1, count)
  }
}
