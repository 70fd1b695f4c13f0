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
  }
  private enum ConfigName: String, FieldName {
    case maxOutputTokens
    case maxOutputTokensSnake = "max_output_tokens"
    case candidateCount
    case candidateCountSnake = "candidate_count"
  }
  private enum Limits {
    /// `candidateCount` of the API reference.
    static let candidatesMax: Int64 = 8
  }
  private static let scanner = FieldScanner<Name>()
  private static let configScanner = FieldScanner<ConfigName>()

  public let body: ByteSlice
  public let model: ModelName?
  public let wantsStream: Bool
  public var wantsStreamUsage: Bool { true }
  public let outputMax: TokenCount?
  public let choices: Int64
  private let object: ScannedObject
  private let config: FieldTable<ConfigName>?
  private let boundField: Field?

  /// Throws a 400 that names the field at fault.
  public init(_ body: ByteSlice, model: ModelName, wantsStream: Bool) throws(Fault) {
    self.body = body
    self.model = model
    self.wantsStream = wantsStream
    let text = body.span
    let fields: FieldTable<Name>
    do throws(JSONError) { fields = try Self.scanner.scan(text) } catch {
      throw Self.invalid("body", "The body is not a JSON object: \(error.description).")
    }
    object = fields.object
    try Self.once(fields, .generationConfig, .generationConfigSnake)
    if let value = (fields[.generationConfig] ?? fields[.generationConfigSnake])?.value, value.kind != .null {
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
        splice.insert(Name.generationConfig.rawValue, value: value.take(), into: object)
      }
    }
    return splice.pieces
  }

  private var nullConfig: Range<Int>? {
    let body = self.body
    guard let fields = try? Self.scanner.scan(body.span) else { return nil }
    return (fields[.generationConfig] ?? fields[.generationConfigSnake])?.value.range
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
