// GeminiChunk: one chunk of a stream, its members found where they stand: most hold a few words, for which no document
// is made.

import Bytes
import Hub
import JSON

struct GeminiChunk {
  enum Name: String, FieldName {
    case candidates, responseId, modelVersion, usageMetadata, promptFeedback, error
  }
  private static let scanner = FieldScanner<Name>()

  private let data: ByteSlice
  private let fields: FieldTable<Name>

  init(_ data: ByteSlice) throws(ShapeFault) {
    self.data = data
    do throws(JSONError) { fields = try Self.scanner.scan(data.span) } catch { throw ShapeFault(stream: error) }
  }

  var isError: Bool { fields[.error].map { $0.value.kind != .null } ?? false }

  func string(_ name: Name) throws(ShapeFault) -> String? {
    guard let value = fields[name]?.value, value.kind != .null else { return nil }
    guard let text = value.string(in: data.span) else {
      throw ShapeFault(path: name.rawValue, problem: "must be a string")
    }
    return text
  }

  func object(_ name: Name) throws(ShapeFault) -> JSONValue? {
    guard let value = fields[name]?.value, value.kind != .null else { return nil }
    guard value.kind == .object else { throw ShapeFault(path: name.rawValue, problem: "must be an object") }
    return try JSONValue.part(value, of: data)
  }

  func candidates() throws(ShapeFault) -> [ScannedValue] {
    try ScannedValue.objects(fields[.candidates]?.value, in: data, at: "candidates")
  }
}

/// One candidate of a chunk.
struct GeminiCandidate {
  private enum Name: String, FieldName {
    case content, finishReason, finishMessage, index, citationMetadata, groundingMetadata, logprobsResult
  }
  private enum ContentName: String, FieldName {
    case parts
  }
  private enum PartName: String, FieldName {
    case text, thought, thoughtSignature, functionCall
  }
  private static let scanner = FieldScanner<Name>()
  private static let contentScanner = FieldScanner<ContentName>()
  private static let partScanner = FieldScanner<PartName>()

  private let data: ByteSlice
  private let place: ScannedValue
  private let position: Int
  private let fields: FieldTable<Name>
  let index: Int
  let finishReason: String?
  /// What it says beside the reason.
  let finishMessage: String?

  init(_ place: ScannedValue, of data: ByteSlice, at position: Int) throws(ShapeFault) {
    self.data = data
    self.place = place
    self.position = position
    do throws(JSONError) { fields = try Self.scanner.scan(data.span, in: place.range) } catch {
      throw ShapeFault(stream: error)
    }
    let path = "candidates[\(position)]"
    var index = Int64(position)
    if let value = fields[.index]?.value, value.kind != .null { index = value.integer(in: data.span) ?? -1 }
    guard (0..<GeminiContent.Limits.candidatesMax).contains(index) else {
      throw ShapeFault(path: path + ".index", problem: "must be 0 to \(GeminiContent.Limits.candidatesMax - 1)")
    }
    self.index = Int(index)
    let reason = fields[.finishReason]?.value
    finishReason = reason?.string(in: data.span)
    finishMessage = fields[.finishMessage]?.value.string(in: data.span)
    if let reason, reason.kind != .string, reason.kind != .null {
      throw ShapeFault(path: path + ".finishReason", problem: "must be a string")
    }
  }

  var path: String { "candidates[\(position)]" }

  /// Members that most chunks have not.
  var hasRarities: Bool {
    fields[.citationMetadata] != nil || fields[.groundingMetadata] != nil || fields[.logprobsResult] != nil
  }

  /// All of it, as a document.
  func value() throws(ShapeFault) -> JSONValue { try JSONValue.part(place, of: data) }

  func parts() throws(ShapeFault) -> [GeminiPart] {
    guard let content = fields[.content]?.value, content.kind != .null else { return [] }
    guard content.kind == .object else { throw ShapeFault(path: path + ".content", problem: "must be an object") }
    let inner: FieldTable<ContentName>
    do throws(JSONError) { inner = try Self.contentScanner.scan(data.span, in: content.range) } catch {
      throw ShapeFault(stream: error)
    }
    var parts: [GeminiPart] = []
    for place in try ScannedValue.objects(inner[.parts]?.value, in: data, at: "\(path).content.parts") {
      parts.append(try part(place, at: parts.count))
    }
    return parts
  }

  private func part(_ place: ScannedValue, at number: Int) throws(ShapeFault) -> GeminiPart {
    let text = data.span
    if let found = try? Self.partScanner.scan(text, in: place.range), found[.thoughtSignature] == nil,
      found[.functionCall] == nil, let said = found[.text]?.value.string(in: text)
    {
      guard let thought = found[.thought]?.value, thought.kind != .null else { return .text(said, nil) }
      if let isThought = thought.bool(in: text) { return isThought ? .thought(said, nil) : .text(said, nil) }
    }
    return try GeminiPart(try JSONValue.part(place, of: data), at: "\(path).content.parts[\(number)]")
  }
}

extension ShapeFault {
  /// An event of a stream that is no JSON.
  init(stream error: JSONError) { self.init(path: "", problem: "is not JSON: \(error.description)") }
}

extension JSONValue {
  /// A value that a scan found, as a document.
  static func part(_ place: ScannedValue, of data: ByteSlice) throws(ShapeFault) -> JSONValue {
    do throws(JSONError) { return try JSONValue.parse(data.span.extracting(place.range)) } catch {
      throw ShapeFault(stream: error)
    }
  }
}

extension ScannedValue {
  /// The elements of an array of objects; none where it is absent or null.
  static func objects(
    _ array: ScannedValue?, in data: ByteSlice, at path: @autoclosure () -> String
  ) throws(ShapeFault) -> [ScannedValue] {
    guard let array, array.kind != .null else { return [] }
    guard array.kind == .array else { throw ShapeFault(path: path(), problem: "must be an array") }
    var scanner = ArrayScanner(array)
    var elements: [ScannedValue] = []
    do throws(JSONError) {
      while let element = try scanner.next(in: data.span) { elements.append(element) }
    } catch { throw ShapeFault(stream: error) }
    for (index, element) in elements.enumerated() where element.kind != .object {
      throw ShapeFault(path: "\(path())[\(index)]", problem: "must be an object")
    }
    return elements
  }
}
