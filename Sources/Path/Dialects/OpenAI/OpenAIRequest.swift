// OpenAIRequest: a body of OpenAI's dialect, or of Anthropic's, which spells the same fields alike.

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
    case user
    case serviceTier = "service_tier"
  }

  enum OptionName: String, FieldName {
    case includeUsage = "include_usage"
  }

  enum Limits {
    /// `n` of the API reference: at most 128 choices.
    static let choicesMax: Int64 = 128
    static let modelNameBytesMax = 256
  }

  static let scanner = FieldScanner<Name>()
  static let optionScanner = FieldScanner<OptionName>()

  public let body: ByteSlice
  let fields: FieldTable<Name>
  public let model: ModelName?
  public let wantsStream: Bool
  public let wantsStreamUsage: Bool
  public let outputMax: TokenCount?
  /// `n` or `best_of`, times the prompts of a text completion.
  public let choices: Int64
  let options: FieldTable<OptionName>?

  /// Throws a 400 that names the field at fault.
  public init(_ body: ByteSlice) throws(Fault) {
    self.body = body
    let text = body.span
    let fields: FieldTable<Name>
    do throws(JSONError) {
      fields = try Self.scanner.scan(text)
    } catch {
      throw Self.invalid(nil, "The body is not a JSON object: \(error.description).", code: "invalid_json")
    }
    if let twice = fields.firstDuplicated {
      throw Self.invalid(twice, "\(twice.rawValue) is given twice; providers would not agree which one counts.")
    }
    self.fields = fields
    func present(_ name: Name, _ kind: JSONKind, _ expected: StaticString) throws(Fault) -> ScannedValue? {
      guard let value = fields[name]?.value, value.kind != .null else { return nil }
      if value.kind == kind { return value }
      throw Self.invalid(name, "\(name.rawValue) must be \(expected).")
    }
    func positive(_ name: Name) throws(Fault) -> Int64? {
      guard let value = fields[name]?.value, value.kind != .null else { return nil }
      if let number = value.integer(in: text), number >= 1 { return number }
      throw Self.invalid(name, "\(name.rawValue) must be an integer of at least 1.")
    }
    let name = try present(.model, .string, "a string")?.string(in: text)
    if let name, name.isEmpty || name.utf8.count > Limits.modelNameBytesMax {
      throw Self.invalid(.model, "model must be a name of 1 to \(Limits.modelNameBytesMax) bytes.")
    }
    model = name.map { ModelName($0) }
    let stream = fields[.stream]?.value
    guard stream == nil || stream?.kind == .null || stream?.bool(in: text) != nil else {
      throw Self.invalid(.stream, "stream must be true or false.")
    }
    wantsStream = stream?.bool(in: text) ?? false
    if let object = try present(.streamOptions, .object, "an object") {
      options = try? Self.optionScanner.scan(text, in: object.range)
      if options?.firstDuplicated != nil {
        throw Self.invalid(.streamOptions, "stream_options.include_usage is given twice.")
      }
    } else {
      options = nil
    }
    wantsStreamUsage = options?[.includeUsage]?.value.bool(in: text) ?? false
    var largest = try positive(.maxTokens) ?? 0
    largest = max(largest, try positive(.maxCompletionTokens) ?? 0)
    largest = max(largest, try positive(.maxOutputTokens) ?? 0)
    outputMax = largest > 0 ? TokenCount(largest) : nil
    let n = try positive(.n) ?? 1
    if n > Limits.choicesMax { throw Self.invalid(.n, "n must be at most \(Limits.choicesMax).") }
    let bestOf = try positive(.bestOf) ?? 1
    if bestOf > Limits.choicesMax { throw Self.invalid(.bestOf, "best_of must be at most \(Limits.choicesMax).") }
    choices = max(n, bestOf) * Self.prompts(fields[.prompt]?.value, in: text)
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

  private static func invalid(_ name: Name?, _ message: String, code: String = "invalid_value") -> Fault {
    Fault(
      party: .agent, status: 400, type: "invalid_request_error", code: code, param: name?.rawValue, message: message)
  }
}
