// BedrockRequest: a body of Converse, or of InvokeModel, which is the model's own
// (docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html, .../API_runtime_InvokeModel.html).

import Anthropic
import Bytes
import Exchange
import Hub
import JSON

/// The model and whether to stream stand in the path. Converse bounds the output in `inferenceConfig`; of the bodies that
/// InvokeModel takes, those of Anthropic and most others do in `max_tokens`, Llama's in `max_gen_len`.
public final class BedrockRequest: ModelRequest {
  private enum Name: String, FieldName {
    case inferenceConfig
    case maxTokens = "max_tokens"
    case maxGenerated = "max_gen_len"
    case anthropicVersion = "anthropic_version"
    case serviceTier
    case performanceConfig
  }
  private enum ConfigName: String, FieldName { case maxTokens }
  private enum ServiceName: String, FieldName { case type, latency }
  private static let serviceScanner = FieldScanner<ServiceName>()
  private static let scanner = FieldScanner<Name>()
  private static let configScanner = FieldScanner<ConfigName>()

  public let body: ByteSlice
  public let model: ModelName?
  public let wantsStream: Bool
  public var wantsStreamUsage: Bool { true }
  public let outputMax: TokenCount?
  public var choices: Int64 { 1 }
  public let facts: CallFacts
  public var takesBound: Bool { boundField != nil || place != nil }
  /// Where the bound stands, or an absent one spelled null.
  private let boundField: Field?
  /// What a bound is added to, and under which name; nil where nobody knows the model's word for it.
  private let place: (name: String, object: ScannedObject, isConfig: Bool)?
  /// An `inferenceConfig` of null.
  private let nullConfig: Range<Int>?

  /// - Parameter invokes: the body is for InvokeModel.
  /// - Throws: a 400 that names the field at fault.
  public init(_ body: ByteSlice, model: ModelName, wantsStream: Bool, invokes: Bool) throws(Fault) {
    self.body = body
    self.model = model
    self.wantsStream = wantsStream
    let text = body.span
    var nested = NestedMembers(AnthropicRequest.Nested.names)
    let found = try RequestFields(body, Self.scanner, noting: &nested)
    let fields = found.table
    var facts = AnthropicRequest.facts(nested, in: text)
    for (name, member, value) in [
      (Name.serviceTier, ServiceName.type, "priority"), (.performanceConfig, .latency, "optimized"),
    ] {
      guard let object = found[name], object.kind == .object,
        let members = try? Self.serviceScanner.scan(text, in: object.range)
      else { continue }
      if members[member]?.value.string(in: text) == value {
        facts.dearerOption = "\(name.rawValue).\(member.rawValue): \(value)"
      }
    }
    self.facts = facts
    if invokes {
      let name = fields[.maxTokens] == nil && fields[.maxGenerated] != nil ? Name.maxGenerated : .maxTokens
      boundField = fields[name]
      nullConfig = nil
      let isKnown = boundField != nil || fields[.anthropicVersion] != nil
      place = isKnown ? (name.rawValue, fields.object, false) : nil
      outputMax = try Self.bound(boundField, name.rawValue, in: text)
      return
    }
    let config = fields[.inferenceConfig]?.value
    guard let config, config.kind != .null else {
      boundField = nil
      nullConfig = config?.range
      place = (Name.inferenceConfig.rawValue, fields.object, true)
      outputMax = nil
      return
    }
    guard config.kind == .object, let members = try? Self.configScanner.scan(text, in: config.range) else {
      throw Self.invalid("inferenceConfig", "inferenceConfig must be an object.")
    }
    if members.firstDuplicated != nil { throw Self.given("inferenceConfig.maxTokens") }
    boundField = members[.maxTokens]
    nullConfig = nil
    place = (ConfigName.maxTokens.rawValue, members.object, false)
    outputMax = try Self.bound(boundField, "inferenceConfig.maxTokens", in: text)
  }

  public func body(with changes: RequestChanges) -> [ByteSlice] {
    guard let most = changes.outputMax, let place else { return [body] }
    if let asked = outputMax, asked <= most { return [body] }
    let number = ByteSlice(String(most.value))
    var splice = Splice(of: body)
    if let boundField {
      splice.replace(boundField.value.range, with: number)
    } else if place.isConfig {
      let config = ByteSlice("{\"maxTokens\":\(most.value)}")
      if let nullConfig {
        splice.replace(nullConfig, with: config)
      } else {
        splice.insert(place.name, value: config, into: place.object)
      }
    } else {
      splice.insert(place.name, value: number, into: place.object)
    }
    return splice.pieces
  }

  private static func bound(_ field: Field?, _ name: String, in text: Span<UInt8>) throws(Fault) -> TokenCount? {
    guard let value = field?.value, value.kind != .null else { return nil }
    if let number = value.integer(in: text), number >= 1 { return TokenCount(number) }
    throw invalid(name, "\(name) must be an integer of at least 1.")
  }

  private static func given(_ name: String) -> Fault {
    invalid(name, "\(name) is given twice; providers would not agree which one counts.")
  }

  private static func invalid(_ name: String, _ message: String) -> Fault {
    Fault(
      party: .agent, status: 400, type: "invalid_request_error", code: "invalid_value", param: name, message: message)
  }
}
