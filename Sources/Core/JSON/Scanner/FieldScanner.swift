// FieldScanner: one pass over an object that checks all of it and remembers where the wanted members stand.

import Bytes

/// Finds members of a JSON object without building a document or allocating memory.
///
/// The whole text is checked: a scanner accepts an object exactly when `JSONValue.parse` does, and finds the values it
/// would hold. Names match however they are written ("mod\u0065l" is "model"). Build a scanner once and keep it.
public struct FieldScanner<Name: FieldName>: Sendable {
  let names: [Name]
  let packed: [PackedName]

  public init() {
    names = Array(Name.allCases)
    precondition(names.count <= FoundFields.countMax, "\(names.count) wanted names, at most \(FoundFields.countMax)")
    packed = names.map { name in
      let bytes = name.rawValue.utf8.span
      guard let packed = PackedName(bytes, 0..<bytes.count) else {
        preconditionFailure("\(name.rawValue) is longer than \(PackedName.bytesMax) bytes")
      }
      return packed
    }
  }

  /// Scans a text that must be one object and nothing else, white space aside. Throws where and why it is none.
  public func scan(_ text: Span<UInt8>) throws(JSONError) -> FieldTable<Name> {
    try scan(text, in: 0..<text.count)
  }

  /// The same; `nested` is told of the members that stand deeper. Throws where and why the text is no object.
  public func scan(_ text: Span<UInt8>, noting nested: inout NestedMembers) throws(JSONError) -> FieldTable<Name> {
    do throws(TextFault) {
      return FieldTable(names: names, found: try text.fields(packed, noting: &nested))
    } catch {
      throw JSONError(error, in: text)
    }
  }

  /// Scans the part `range` of a text, such as the value of a member found before. Places are counted from the text's
  /// first byte. Throws where and why the part is no object.
  public func scan(_ text: Span<UInt8>, in range: Range<Int>) throws(JSONError) -> FieldTable<Name> {
    precondition(range.lowerBound >= 0 && range.upperBound <= text.count, "scanned \(range) of \(text.count) bytes")
    do throws(TextFault) {
      return FieldTable(
        names: names,
        found: try text.extracting(0..<range.upperBound).fields(packed, from: range.lowerBound))
    } catch {
      throw JSONError(error, in: text)
    }
  }
}

extension Span where Element == UInt8 {
  /// The members `names` of the object that starts at `start` and ends with the text. Not generic, so that there is one of it.
  @_optimize(speed)
  func fields(_ names: [PackedName], from start: Int) throws(TextFault) -> FoundFields {
    var nobody = NoWitness()
    return try fields(names, from: start, seenBy: &nobody)
  }

  /// The same of a whole text; `nested` is told of the members that stand deeper.
  @_optimize(speed)
  func fields(_ names: [PackedName], noting nested: inout NestedMembers) throws(TextFault) -> FoundFields {
    try fields(names, from: 0, seenBy: &nested)
  }

  @inline(__always)
  private func fields<Witness: NameWitness>(
    _ names: [PackedName], from start: Int, seenBy witness: inout Witness
  ) throws(TextFault) -> FoundFields {
    if count > Int(UInt32.max) { throw TextFault(message: "a text of more than 4 GiB", position: 0) }
    let opening = endOfSpaces(from: start)
    guard byte(at: opening) == UInt8(ascii: "{") else {
      throw TextFault(message: "a JSON object expected", position: opening)
    }
    var found = FoundFields(object: ScannedObject(range: 0..<0, memberCount: 0))
    var memberCount = 0
    var at = endOfSpaces(from: opening + 1)
    // A closing brace ends an object without members here; after a comma it is a fault.
    while memberCount > 0 || byte(at: at) != UInt8(ascii: "}") {
      guard byte(at: at) == UInt8(ascii: "\"") else { throw nameExpected(at) }
      let nameStart = at
      let (name, nameEnd) = try packedName(from: at + 1)
      let valueStart = try startOfValue(afterName: nameEnd)
      at = try endOfValue(from: valueStart, seenBy: &witness)
      memberCount += 1
      if let name, let position = names.firstIndex(of: name) {
        let isDuplicated = found.fields[position] != nil
        if isDuplicated { found.hasDuplicates = true }
        found.fields[position] = Field(
          name: nameStart..<nameEnd, value: ScannedValue(valueStart..<at, in: self), isDuplicated: isDuplicated)
      } else if Witness.mindsCase, let name, witness.misspelled == nil {
        witness.misspelled = names.firstIndex { $0.isSpelled(like: name) }
      }
      at = endOfSpaces(from: at)
      if byte(at: at) != UInt8(ascii: ",") { break }
      at = endOfSpaces(from: at + 1)
    }
    guard byte(at: at) == UInt8(ascii: "}") else { throw TextFault(message: "',' or '}' expected", position: at) }
    let end = endOfSpaces(from: at + 1)
    if end < count { throw TextFault(message: "more text after the object", position: end) }
    found.object = ScannedObject(range: opening..<at + 1, memberCount: memberCount)
    return found
  }

  /// The name whose first byte after the quote is at `start`, nil if too long to be a wanted one, and the index after
  /// its closing quote.
  @inline(__always) private func packedName(from start: Int) throws(TextFault) -> (PackedName?, Int) {
    let plain = endOfPlainText(from: start)
    if byte(at: plain) == UInt8(ascii: "\"") { return (PackedName(self, start..<plain), plain + 1) }
    let end = try endOfName(from: plain)
    return (PackedName(unescaping: self, start..<end - 1), end)
  }
}
