// ResponsesRequest: a body of a response (platform.openai.com/docs/api-reference/responses/create).

import Bytes
import Exchange
import Hub
import JSON

/// Streams always end with their usage, and there is one answer.
public final class ResponsesRequest: ModelRequest {
  private enum Name: String, FieldName {
    case model
    case stream
    case maxOutputTokens = "max_output_tokens"
    case serviceTier = "service_tier"
    case tools
  }

  private enum Nested: Int, CaseIterable {
    case inputAudio, ttl, encryptedContent, callID

    static let names = NestedNames(["input_audio", "ttl", "encrypted_content", "call_id"])
  }

  private static let scanner = FieldScanner<Name>()
  /// Those that are charged by the call, the session or the picture. A web search is too, but ordinary agents bring it.
  private static let dearerTools: [StaticString] = ["file_search", "code_interpreter", "image_generation", "computer"]

  public let body: ByteSlice
  private let fields: RequestFields<Name>
  public let model: ModelName?
  public let wantsStream: Bool
  public var wantsStreamUsage: Bool { true }
  public let outputMax: TokenCount?
  public var choices: Int64 { 1 }
  public let facts: CallFacts
  /// Identifiers of calls that are too long for OpenAI, without their quotes.
  private let longCallIDs: [Range<Int>]

  /// Throws a 400 that names the field at fault.
  public init(_ body: ByteSlice) throws(Fault) {
    self.body = body
    var nested = NestedMembers(Nested.names)
    fields = try RequestFields(body, Self.scanner, noting: &nested)
    model = try fields.model(.model)
    wantsStream = try fields.flag(.stream)
    outputMax = try fields.positive(.maxOutputTokens).map { TokenCount($0) }
    let text = body.span
    var facts = CallFacts()
    for tier in ["priority", "fast"] where fields.says(.serviceTier, tier) {
      facts.dearerOption = "service_tier: \(tier)"
    }
    if let tool = ServerTools.first(of: Self.dearerTools, in: fields[.tools], of: text) {
      facts.dearerOption = "The tool \(tool)"
    }
    facts.hasAudio = nested.has(Nested.inputAudio.rawValue, in: text)
    facts.hasLongCacheWrite = nested.hasString(Nested.ttl.rawValue, notBeginning: "5m\"", in: text)
    facts.carriesForeignThoughts = nested.hasSignature(
      Nested.encryptedContent.rawValue, ofAny: ["claude:", "gemini:", "vertex:", "azure:"], in: text)
    self.facts = facts
    longCallIDs = nested.strings(Nested.callID.rawValue, over: CallIdentifier.responsesMax, in: text)
  }

  public func body(with changes: RequestChanges) -> [ByteSlice] {
    var splice = Splice(of: body)
    var isChanged = false
    if let model = changes.model, model != self.model {
      fields.set(.model, to: ModelReply.quoted(model), in: &splice)
      isChanged = true
    }
    // Lowered where it is given, never raised.
    if let outputMax = changes.outputMax, self.outputMax.map({ $0 > outputMax }) ?? true {
      fields.set(.maxOutputTokens, to: ByteSlice(String(outputMax.value)), in: &splice)
      isChanged = true
    }
    for range in longCallIDs {
      let id = body.slice(range).text
      let short = CallIdentifier.fitting(id, atMost: CallIdentifier.responsesMax, isPlain: false)
      splice.replace(range, with: ByteSlice(short))
      isChanged = true
    }
    return isChanged ? splice.pieces : [body]
  }
}
