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
  /// It came glued to the call before, and has no identifier of its own.
  var isGlued = false

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
/// identifiers they give; those that give neither mean the last call. What follows a call's whole arguments and begins an
/// object is another call of the same tool, glued to it.
struct CallReading {
  private struct Call {
    let index: Int64?
    /// What the provider calls it; empty where it has no name for it.
    let given: String
    let name: String
    let part: Int
    var text = ArgumentText()
    var hasArguments = false
    /// It was given an empty object, which some servers begin with and others end with.
    var isEmptyObject = false
    var hasEnded = false
  }

  private var calls: [Call] = []

  var isEmpty: Bool { calls.isEmpty }
  var areTooMany: Bool { calls.count >= OpenAIChat.Limits.callsMax }

  /// Whether `piece` is the first of another call.
  func begins(_ piece: CallPiece) -> Bool {
    if piece.name.isEmpty || areTooMany { return false }
    guard let known = place(of: piece) else { return true }
    return !piece.id.isEmpty && piece.id != calls[known].given
  }

  /// - Returns: the arguments of a call that is glued to this one.
  mutating func begin(
    _ piece: CallPiece, part: Int, madeUpID: String, _ choice: Int, _ events: inout [AnswerEvent]
  ) -> String? {
    let isNew = piece.isGlued || piece.id.isEmpty
    calls.append(Call(index: piece.index, given: piece.id, name: piece.name, part: part))
    let place = PartPlace(choice: choice, part: part)
    let id = isNew ? madeUpID : piece.id
    events.append(.partBegan(.toolUse(id: id, name: piece.name, signature: piece.signature), at: place))
    return grow(piece, at: calls.count - 1, choice, &events)
  }

  /// - Returns: the arguments of a call that is glued to this one.
  mutating func grow(_ piece: CallPiece, _ choice: Int, _ events: inout [AnswerEvent]) -> String? {
    guard let known = place(of: piece) else { return nil }
    return grow(piece, at: known, choice, &events)
  }

  private mutating func grow(
    _ piece: CallPiece, at known: Int, _ choice: Int, _ events: inout [AnswerEvent]
  ) -> String? {
    if !calls[known].hasArguments, piece.arguments == "{}" {
      calls[known].isEmptyObject = true
      return nil
    }
    let (own, next) = calls[known].text.take(piece.arguments)
    if !own.isEmpty, !calls[known].hasEnded {
      calls[known].hasArguments = true
      events.append(.partGrew(.arguments(own), at: PartPlace(choice: choice, part: calls[known].part)))
    }
    return next
  }

  /// The first piece of a call whose arguments came with `piece`.
  func glued(_ arguments: String, to piece: CallPiece) -> CallPiece {
    var next = piece
    next.isGlued = true
    next.arguments = arguments
    next.signature = nil
    guard let known = place(of: piece) else { return next }
    if next.name.isEmpty { next.name = calls[known].name }
    if next.id.isEmpty { next.id = calls[known].given }
    next.index = next.index ?? calls[known].index
    return next
  }

  /// Ends the calls whose arguments are whole, because something else begins.
  mutating func endWhole(_ choice: Int, _ events: inout [AnswerEvent]) {
    for place in calls.indices where calls[place].text.isWhole || calls[place].isEmptyObject {
      end(place, choice, &events)
    }
  }

  /// Ends every call. One without arguments has an empty object of them.
  mutating func end(_ choice: Int, _ events: inout [AnswerEvent]) {
    for place in calls.indices { end(place, choice, &events) }
  }

  private mutating func end(_ index: Int, _ choice: Int, _ events: inout [AnswerEvent]) {
    if calls[index].hasEnded { return }
    calls[index].hasEnded = true
    let place = PartPlace(choice: choice, part: calls[index].part)
    if !calls[index].hasArguments { events.append(.partGrew(.arguments("{}"), at: place)) }
    events.append(.partEnded(at: place))
  }

  /// The last call with the index of `piece`; the last of all where it has none.
  private func place(of piece: CallPiece) -> Int? {
    if !piece.id.isEmpty, let known = calls.lastIndex(where: { $0.given == piece.id }) { return known }
    guard let index = piece.index else { return piece.id.isEmpty ? calls.indices.last : nil }
    return calls.lastIndex { $0.index == index }
  }
}
