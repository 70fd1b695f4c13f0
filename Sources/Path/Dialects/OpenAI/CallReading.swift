// CallReading: calls of tools that come in pieces.

import Bytes
import Conversation
import Hub
import JSON

/// One element of a delta's `tool_calls`.
struct CallPiece {
  private enum Name: String, FieldName {
    case index, id, function
    case extraContent = "extra_content"
  }
  private enum FunctionName: String, FieldName { case name, arguments }

  private static let scanner = FieldScanner<Name>()
  private static let functionScanner = FieldScanner<FunctionName>()

  var index: Int64?
  var id = ""
  var name = ""
  var arguments = ""
  var signature: Signature?

  /// - Parameter isLegacy: the value is a `function_call`, which is the function itself.
  init(_ call: ScannedValue, isLegacy: Bool, in data: ByteSlice) throws(JSONError) {
    let text = data.span
    var function: ScannedValue? = call
    if !isLegacy {
      let fields = try Self.scanner.scan(text, in: call.range)
      index = fields[.index]?.value.integer(in: text)
      id = fields[.id]?.value.string(in: text) ?? ""
      function = fields[.function]?.value
      if let extra = fields[.extraContent]?.value, extra.kind == .object {
        let google = try JSONValue.parse(text.extracting(extra.range))["google"]
        signature = google?["thought_signature"]?.string.map { Signature(shown: $0, native: .gemini) }
      }
    }
    guard let function, function.kind == .object else { return }
    let fields = try Self.functionScanner.scan(text, in: function.range)
    name = fields[.name]?.value.string(in: text) ?? ""
    guard let value = fields[.arguments]?.value else { return }
    // Some servers write the object itself.
    arguments =
      value.kind == .object ? String(text.extracting(value.range)) : value.string(in: text) ?? ""
  }
}

/// The calls of one choice, by the index that tells them apart. Servers that know only one index are told apart by the
/// identifiers they give; those that give neither mean the last call.
struct CallReading {
  private struct Call {
    var index: Int64?
    var id: String
    var part: Int
    var hasArguments = false
  }

  private var calls: [Call] = []

  var isEmpty: Bool { calls.isEmpty }

  /// Whether `piece` is the first of another call.
  func begins(_ piece: CallPiece) -> Bool {
    if piece.name.isEmpty || calls.count == OpenAIChat.Limits.callsMax { return false }
    guard let known = place(of: piece) else { return true }
    return !piece.id.isEmpty && piece.id != calls[known].id
  }

  mutating func begin(
    _ piece: CallPiece, part: Int, madeUpID: String, _ choice: Int, _ events: inout [AnswerEvent]
  ) {
    let id = piece.id.isEmpty ? madeUpID : piece.id
    calls.append(Call(index: piece.index, id: id, part: part))
    let place = PartPlace(choice: choice, part: part)
    events.append(.partBegan(.toolUse(id: id, name: piece.name, signature: piece.signature), at: place))
    grow(piece, choice, &events)
  }

  mutating func grow(_ piece: CallPiece, _ choice: Int, _ events: inout [AnswerEvent]) {
    guard !piece.arguments.isEmpty, let known = place(of: piece) else { return }
    calls[known].hasArguments = true
    events.append(.partGrew(.arguments(piece.arguments), at: PartPlace(choice: choice, part: calls[known].part)))
  }

  /// Ends every call. One without arguments has an empty object of them.
  func end(_ choice: Int, _ events: inout [AnswerEvent]) {
    for call in calls {
      let place = PartPlace(choice: choice, part: call.part)
      if !call.hasArguments { events.append(.partGrew(.arguments("{}"), at: place)) }
      events.append(.partEnded(at: place))
    }
  }

  /// The last call with the index of `piece`; the last of all where it has none.
  private func place(of piece: CallPiece) -> Int? {
    if !piece.id.isEmpty, let known = calls.lastIndex(where: { $0.id == piece.id }) { return known }
    guard let index = piece.index else { return piece.id.isEmpty ? calls.indices.last : nil }
    return calls.lastIndex { $0.index == index }
  }
}
