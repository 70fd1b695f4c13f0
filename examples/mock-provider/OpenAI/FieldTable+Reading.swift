// FieldTable, read with OpenAI's complaints: null counts as left out, another kind is a 400 that names the field.

import Bytes
import JSON

extension FieldTable {
  /// The member's value, unless it is null.
  func value(_ name: Name) -> ScannedValue? {
    guard let value = self[name]?.value, value.kind != .null else { return nil }
    return value
  }

  func integer(_ name: Name, in body: Span<UInt8>, atMost: Int = .max) throws(Refusal) -> Int? {
    guard let value = value(name) else { return nil }
    guard let number = value.integer(in: body), number >= 1, number <= atMost else {
      throw .invalid(
        "Invalid value for '\(name.rawValue)': expected an integer of at least 1\(atMost == .max ? "." : " and at most \(atMost).")",
        param: name.rawValue, code: "invalid_value")
    }
    return Int(number)
  }

  func bool(_ name: Name, in body: Span<UInt8>) throws(Refusal) -> Bool {
    guard let value = value(name) else { return false }
    guard let flag = value.bool(in: body) else { throw Self.wrongKind(name, "a boolean") }
    return flag
  }

  func string(_ name: Name, in body: Span<UInt8>) throws(Refusal) -> String? {
    guard let value = value(name) else { return nil }
    guard let text = value.string(in: body) else { throw Self.wrongKind(name, "a string") }
    return text
  }

  /// The model, which every request names, if the knobs know it.
  func model(_ name: Name, in body: Span<UInt8>, _ knobs: Knobs) throws(Refusal) -> String {
    guard let model = try string(name, in: body), !model.isEmpty else {
      throw .invalid("you must provide a model parameter", param: name.rawValue)
    }
    if let models = knobs.models, !models.contains(model) { throw .unknownModel(model) }
    return model
  }

  static func wrongKind(_ name: Name, _ wanted: String) -> Refusal {
    .invalid("Invalid type for '\(name.rawValue)': expected \(wanted).", param: name.rawValue, code: "invalid_type")
  }
}

extension FieldScanner {
  /// Scans a whole body.
  func read(_ body: Span<UInt8>) throws(Refusal) -> FieldTable<Name> {
    do throws(JSONError) {
      return try scan(body)
    } catch {
      throw .invalid("We could not parse the JSON body of your request: \(error).")
    }
  }
}

/// The options of a stream, in a request for either endpoint.
enum StreamOptions {
  private enum Name: String, FieldName { case includeUsage = "include_usage" }
  private static let scanner = FieldScanner<Name>()

  /// Whether usage is asked for; `options` is the value of `stream_options`.
  static func includeUsage(_ options: ScannedValue?, streams: Bool, in body: Span<UInt8>) throws(Refusal) -> Bool {
    guard let options else { return false }
    let param = "stream_options"
    guard streams else {
      throw .invalid("The 'stream_options' parameter is only allowed when 'stream' is enabled.", param: param)
    }
    guard options.kind == .object, let fields = try? scanner.scan(body, in: options.range) else {
      throw .invalid("Invalid type for 'stream_options': expected an object.", param: param, code: "invalid_type")
    }
    return try fields.bool(.includeUsage, in: body)
  }
}
