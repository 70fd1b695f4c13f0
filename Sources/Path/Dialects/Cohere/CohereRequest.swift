// CohereRequest: a body of Cohere's chat, embed or rerank (docs.cohere.com/reference/chat).

import Bytes
import Exchange
import Hub
import JSON

/// Streams always tell their usage, and there is one answer. `max_tokens` bounds the output of a chat alone: to embed
/// it is how much of a text is read.
public final class CohereRequest: ModelRequest {
  private enum Name: String, FieldName {
    case model
    case stream
    case maxTokens = "max_tokens"
  }
  /// Where signatures of other providers' thinking stand.
  private static let nested = NestedNames(["signature"])
  private static let scanner = FieldScanner<Name>()

  public let body: ByteSlice
  public let model: ModelName?
  public let wantsStream: Bool
  public var wantsStreamUsage: Bool { true }
  public let outputMax: TokenCount?
  public var choices: Int64 { 1 }
  public let facts: CallFacts
  private let fields: RequestFields<Name>

  /// - Parameter generates: it is a chat.
  /// - Throws: a 400 that names the field at fault.
  public init(_ body: ByteSlice, generates: Bool) throws(Fault) {
    self.body = body
    var nested = NestedMembers(Self.nested)
    fields = try RequestFields(body, Self.scanner, noting: &nested)
    model = try fields.model(.model)
    wantsStream = try fields.flag(.stream)
    outputMax = generates ? try fields.positive(.maxTokens).map { TokenCount($0) } : nil
    let text = body.span
    var facts = CallFacts()
    facts.carriesForeignThoughts = nested.hasSignature(
      0, ofAny: ["claude:", "gemini:", "vertex:", "openAI:", "azure:"], in: text)
    self.facts = facts
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
      fields.set(.maxTokens, to: ByteSlice(String(outputMax.value)), in: &splice)
      isChanged = true
    }
    return isChanged ? splice.pieces : [body]
  }
}
