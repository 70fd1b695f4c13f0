// GeminiRequest: a body of generateContent and its relatives (ai.google.dev/api/generate-content).

import Bytes
import Exchange
import Hub
import JSON

/// The model and whether to stream stand in the path; what bounds the output stands in `generationConfig`. Google's JSON
/// takes each name in camel case and in snake case (protobuf.dev/programming-guides/json).
public final class GeminiRequest: ModelRequest {
  private enum Name: String, FieldName {
    case generationConfig
    case generationConfigSnake = "generation_config"
    case serviceTier
    case serviceTierSnake = "service_tier"
    case tools
  }
  /// Members of contents that tell what they hold.
  private enum Nested: Int, CaseIterable {
    case mimeType, mimeTypeSnake, thoughtSignature, thoughtSignatureSnake, responseModalities

    static let names = NestedNames([
      "mimeType", "mime_type", "thoughtSignature", "thought_signature", "responseModalities",
    ])
  }
  private enum ConfigName: String, FieldName {
    case maxOutputTokens
    case maxOutputTokensSnake = "max_output_tokens"
    case candidateCount
    case candidateCountSnake = "candidate_count"
    case responseModalities
    case responseModalitiesSnake = "response_modalities"
  }
  private enum ToolName: String, FieldName {
    case codeExecution
    case codeExecutionSnake = "code_execution"
  }
  private enum Limits {
    /// `candidateCount` of the API reference.
    static let candidatesMax: Int64 = 8
  }
  private static let scanner = FieldScanner<Name>()
  private static let toolScanner = FieldScanner<ToolName>()
  private static let configScanner = FieldScanner<ConfigName>()

  public let body: ByteSlice
  public let model: ModelName?
  public let wantsStream: Bool
  public var wantsStreamUsage: Bool { true }
  public let outputMax: TokenCount?
  public let choices: Int64
  public let facts: CallFacts
  private let fields: RequestFields<Name>
  private let config: FieldTable<ConfigName>?
  private let boundField: Field?

  /// Throws a 400 that names the field at fault.
  public init(_ body: ByteSlice, model: ModelName, wantsStream: Bool) throws(Fault) {
    self.body = body
    self.model = model
    self.wantsStream = wantsStream
    let text = body.span
    var nested = NestedMembers(Nested.names)
    fields = try RequestFields(body, Self.scanner, noting: &nested)
    try Self.once(fields.table, .generationConfig, .generationConfigSnake)
    if let value = fields[.generationConfig] ?? fields[.generationConfigSnake] {
      guard value.kind == .object, let scanned = try? Self.configScanner.scan(text, in: value.range) else {
        throw Self.invalid("generationConfig", "generationConfig must be an object.")
      }
      try Self.once(scanned, .maxOutputTokens, .maxOutputTokensSnake)
      try Self.once(scanned, .candidateCount, .candidateCountSnake)
      config = scanned
    } else {
      config = nil
    }
    boundField = config?[.maxOutputTokens] ?? config?[.maxOutputTokensSnake]
    let bound = try Self.positive(boundField, "generationConfig.maxOutputTokens", in: text)
    outputMax = bound.map { TokenCount($0) }
    let countField = config?[.candidateCount] ?? config?[.candidateCountSnake]
    choices = try Self.positive(countField, "generationConfig.candidateCount", in: text) ?? 1
    var facts = Self.facts(fields, nested, in: text)
    facts.dearerOption = Self.dearerOption(fields, config, in: text)
    self.facts = facts
    if choices > Limits.candidatesMax {
      throw Self.invalid(
        "generationConfig.candidateCount", "generationConfig.candidateCount must be at most \(Limits.candidatesMax).")
    }
  }

  public func body(with changes: RequestChanges) -> [ByteSlice] {
    guard let outputMax = changes.outputMax else { return [body] }
    let number = ByteSlice(String(outputMax.value))
    var splice = Splice(of: body)
    if let boundField, let asked = self.outputMax {
      if asked <= outputMax { return [body] }
      splice.replace(boundField.value.range, with: number)
    } else if let boundField {
      splice.replace(boundField.value.range, with: number)
    } else if let config {
      splice.insert(ConfigName.maxOutputTokens.rawValue, value: number, into: config.object)
    } else {
      var value = ByteBuffer()
      value.append("{\"maxOutputTokens\":")
      value.append(number)
      value.append("}")
      // A `generationConfig` of null counts as absent; of two members the last counts, which is not the one inserted
      // first, so it is written in its place.
      if let null = nullConfig {
        splice.replace(null, with: value.take())
      } else {
        splice.insert(Name.generationConfig.rawValue, value: value.take(), into: fields.table.object)
      }
    }
    return splice.pieces
  }

  private var nullConfig: Range<Int>? {
    (fields.table[.generationConfig] ?? fields.table[.generationConfigSnake])?.value.range
  }

  private static func facts(
    _ fields: RequestFields<Name>, _ nested: NestedMembers, in text: Span<UInt8>
  ) -> CallFacts {
    var facts = CallFacts()
    for name in [Nested.mimeType, .mimeTypeSnake] where nested.hasString(name.rawValue, beginning: "audio/", in: text) {
      facts.hasAudio = true
    }
    if nested.has(Nested.responseModalities.rawValue, in: text), text.contains("\"AUDIO\"") { facts.hasAudio = true }
    // In base64, as its signatures are: `claude:`, `openAI:`, `vertex:`, `azure:`.
    for name in [Nested.thoughtSignature, .thoughtSignatureSnake] {
      facts.carriesForeignThoughts =
        facts.carriesForeignThoughts
        || nested.hasSignature(
          name.rawValue, ofAny: ["Y2xhdWRlO", "b3BlbkFJO", "dmVydGV4O", "YXp1cmU6"], in: text)
    }
    return facts
  }

  /// Pictures and what code of the model's own reads have prices of their own. A search has too, but ordinary agents bring it.
  private static func dearerOption(
    _ fields: RequestFields<Name>, _ config: FieldTable<ConfigName>?, in text: Span<UInt8>
  ) -> String? {
    if (fields[.serviceTier] ?? fields[.serviceTierSnake])?.string(in: text)?.lowercased() == "priority" {
      return "serviceTier: priority"
    }
    for name in [ConfigName.responseModalities, .responseModalitiesSnake] {
      guard let value = config?[name]?.value, value.kind == .array else { continue }
      var modalities = ArrayScanner(value)
      while let modality = try? modalities.next(in: text) {
        if modality.string(in: text)?.uppercased() == "IMAGE" { return "responseModalities: [IMAGE]" }
      }
    }
    guard let tools = fields[.tools], tools.kind == .array,
      ServerTools.mayHave(["codeExecution", "code_execution"], in: text.extracting(tools.range))
    else { return nil }
    var entries = ArrayScanner(tools)
    while let entry = try? entries.next(in: text) {
      guard entry.kind == .object, let members = try? toolScanner.scan(text, in: entry.range) else { continue }
      if members[.codeExecution] != nil || members[.codeExecutionSnake] != nil { return "The tool codeExecution" }
    }
    return nil
  }

  private static func positive(_ field: Field?, _ name: String, in text: Span<UInt8>) throws(Fault) -> Int64? {
    guard let value = field?.value, value.kind != .null else { return nil }
    if let number = value.integer(in: text), number >= 1 { return number }
    throw invalid(name, "\(name) must be an integer of at least 1.")
  }

  /// Two spellings of one field are one field too many.
  private static func once<Name: FieldName>(
    _ table: FieldTable<Name>, _ camel: Name, _ snake: Name
  ) throws(Fault) {
    if table.firstDuplicated == nil, table[camel] == nil || table[snake] == nil { return }
    let name = (table.firstDuplicated ?? camel).rawValue
    throw invalid(name, "\(name) is given twice; providers would not agree which one counts.")
  }

  private static func invalid(_ name: String, _ message: String) -> Fault {
    Fault(
      party: .agent, status: 400, type: "invalid_request_error", code: "invalid_value", param: name, message: message)
  }
}
