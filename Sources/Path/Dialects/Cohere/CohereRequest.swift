// CohereRequest: a body of Cohere's chat, embed or rerank, second versions (docs.cohere.com/reference/chat).

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
  private enum Limits {
    static let modelNameBytesMax = 256
  }
  private static let scanner = FieldScanner<Name>()

  public let body: ByteSlice
  public let model: ModelName?
  public let wantsStream: Bool
  public var wantsStreamUsage: Bool { true }
  public let outputMax: TokenCount?
  public var choices: Int64 { 1 }
  private let fields: FieldTable<Name>

  /// - Parameter generates: it is a chat.
  /// - Throws: a 400 that names the field at fault.
  public init(_ body: ByteSlice, generates: Bool) throws(Fault) {
    self.body = body
    let text = body.span
    do throws(JSONError) { fields = try Self.scanner.scan(text) } catch {
      throw Self.invalid(nil, "The body is not a JSON object: \(error.description).", code: "invalid_json")
    }
    if let twice = fields.firstDuplicated {
      throw Self.invalid(twice, "\(twice.rawValue) is given twice; providers would not agree which one counts.")
    }
    let name = fields[.model]?.value
    model = name?.string(in: text).map { ModelName($0) }
    guard name == nil || name?.kind == .null || 1...Limits.modelNameBytesMax ~= model?.text.utf8.count ?? 0 else {
      throw Self.invalid(.model, "model must be a name of 1 to \(Limits.modelNameBytesMax) bytes.")
    }
    let stream = fields[.stream]?.value
    guard stream == nil || stream?.kind == .null || stream?.kind == .boolean else {
      throw Self.invalid(.stream, "stream must be true or false.")
    }
    wantsStream = stream?.bool(in: text) ?? false
    guard generates, let most = fields[.maxTokens]?.value, most.kind != .null else {
      outputMax = nil
      return
    }
    guard let number = most.integer(in: text), number >= 1 else {
      throw Self.invalid(.maxTokens, "max_tokens must be an integer of at least 1.")
    }
    outputMax = TokenCount(number)
  }

  public func body(with changes: RequestChanges) -> [ByteSlice] {
    var splice = Splice(of: body)
    var isChanged = false
    if let model = changes.model, model != self.model {
      set(.model, to: ModelReply.quoted(model), in: &splice)
      isChanged = true
    }
    // Lowered where it is given, never raised.
    if let outputMax = changes.outputMax, self.outputMax.map({ $0 > outputMax }) ?? true {
      set(.maxTokens, to: ByteSlice(String(outputMax.value)), in: &splice)
      isChanged = true
    }
    return isChanged ? splice.pieces : [body]
  }

  private func set(_ name: Name, to value: ByteSlice, in splice: inout Splice) {
    if let field = fields[name] {
      splice.replace(field.value.range, with: value)
    } else {
      splice.insert(name.rawValue, value: value, into: fields.object)
    }
  }

  private static func invalid(_ name: Name?, _ message: String, code: String = "invalid_value") -> Fault {
    Fault(
      party: .agent, status: 400, type: "invalid_request_error", code: code, param: name?.rawValue, message: message)
  }
}
