// AnthropicRequest: a body of messages, of their counting and of the older completions (platform.claude.com/docs/en/api).

import Bytes
import Exchange
import Hub
import JSON

/// Streams always tell their usage, and there is one answer.
public final class AnthropicRequest: ModelRequest {
  private enum Name: String, FieldName {
    case model
    case stream
    case maxTokens = "max_tokens"
    /// The older completions' name for it.
    case maxTokensToSample = "max_tokens_to_sample"
    case speed
    case inferenceGeo = "inference_geo"
    case mcpServers = "mcp_servers"
    case tools
  }

  /// Members of messages that tell what they hold; what Bedrock calls its signatures stands in `signature` too.
  package enum Nested: Int, CaseIterable {
    case ttl, signature, data

    package static let names = NestedNames(["ttl", "signature", "data"])
  }

  private static let scanner = FieldScanner<Name>()

  public let body: ByteSlice
  private let fields: RequestFields<Name>
  public let model: ModelName?
  public let wantsStream: Bool
  public var wantsStreamUsage: Bool { true }
  public let outputMax: TokenCount?
  public var choices: Int64 { 1 }
  public let facts: CallFacts
  private let bound: Name

  /// - Parameter isOlder: it is a completion, not a message.
  /// - Throws: a 400 that names the field at fault.
  public init(_ body: ByteSlice, isOlder: Bool = false) throws(Fault) {
    self.body = body
    var nested = NestedMembers(Nested.names)
    fields = try RequestFields(body, Self.scanner, noting: &nested)
    model = try fields.model(.model)
    wantsStream = try fields.flag(.stream)
    bound = isOlder ? .maxTokensToSample : .maxTokens
    outputMax = try fields.positive(bound).map { TokenCount($0) }
    var facts = Self.facts(nested, in: body.span)
    facts.dearerOption = Self.dearerOption(fields)
    self.facts = facts
  }

  /// Fast mode and a place of inference cost a multiple, what other servers are asked for is added to the input unseen, and
  /// containers for code are charged by the hour. A web search is charged apart too, but ordinary agents bring it.
  private static func dearerOption(_ fields: RequestFields<Name>) -> String? {
    let text = fields.body.span
    if fields.says(.speed, "fast") { return "speed: fast" }
    if let place = fields[.inferenceGeo], place.string(in: text) != "global" { return "inference_geo" }
    if let servers = fields[.mcpServers], servers.kind == .array {
      var entries = ArrayScanner(servers)
      if (try? entries.next(in: text)) != nil { return "mcp_servers" }
    }
    return ServerTools.first(of: ["code_execution"], in: fields[.tools], of: text).map { "The tool \($0)" }
  }

  /// What its nested members tell of a body of Claude's, here or at Bedrock.
  package static func facts(_ nested: NestedMembers, in text: Span<UInt8>) -> CallFacts {
    var facts = CallFacts()
    facts.hasLongCacheWrite = nested.hasString(Nested.ttl.rawValue, notBeginning: "5m\"", in: text)
    for name in [Nested.signature, .data] {
      facts.carriesForeignThoughts =
        facts.carriesForeignThoughts
        || nested.hasSignature(name.rawValue, ofAny: ["gemini:", "vertex:", "openAI:", "azure:"], in: text)
    }
    return facts
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
      fields.set(bound, to: ByteSlice(String(outputMax.value)), in: &splice)
      isChanged = true
    }
    return isChanged ? splice.pieces : [body]
  }
}
