// Splice: a few edits on a body that is otherwise sent as it came.

import Bytes

/// Edits on a scanned body, resolved into pieces that share its memory: nothing is copied but what is new.
///
/// Places come from a scan of the same body. Edits may be given in any order and must not overlap. Splicing changes
/// one occurrence of a name: bodies whose `Field.isDuplicated` is set are for the caller to refuse first.
public struct Splice: Sendable {
  private let body: ByteSlice
  private var edits: [Edit] = []

  private struct Edit {
    enum Action {
      case replace
      /// Before the first member; the text ends with a comma.
      case insert(into: ScannedObject)
      case remove(from: ScannedObject)
    }
    let action: Action
    var range: Range<Int>
    var text = ByteSlice()

    /// What is inserted comes before what is changed at the same place.
    func comesBefore(_ other: Edit) -> Bool {
      (range.lowerBound, range.isEmpty ? 0 : 1) < (other.range.lowerBound, other.range.isEmpty ? 0 : 1)
    }
  }

  public init(of body: ByteSlice) {
    self.body = body
    edits.reserveCapacity(4)
  }

  /// Puts `text`, itself valid JSON, in the place of a value.
  public mutating func replace(_ range: Range<Int>, with text: ByteSlice) {
    precondition(range.lowerBound >= 0 && range.upperBound <= body.count, "replaced \(range) of \(body.count) bytes")
    edits.append(Edit(action: .replace, range: range, text: text))
  }

  /// Adds a member right after the opening brace of `object`, in the order of the calls. The object must not have one
  /// of that name.
  public mutating func insert(_ name: String, value: ByteSlice, into object: ScannedObject) {
    var text = ByteBuffer(minimumCapacity: name.utf8.count + value.count + 4)
    JSONText.appendQuoted(name, to: &text)
    text.append(":")
    text.append(value)
    text.append(",")
    let place = object.range.lowerBound + 1
    edits.append(Edit(action: .insert(into: object), range: place..<place, text: text.take()))
  }

  /// Takes a member out, with the comma that parts it from its neighbour.
  public mutating func remove(_ field: Field, from object: ScannedObject) {
    precondition(object.range.contains(field.name.lowerBound), "\(field.name) is not inside \(object.range)")
    edits.append(
      Edit(action: .remove(from: object), range: field.name.lowerBound..<field.value.range.upperBound))
  }

  /// The edited body, in order.
  public var pieces: [ByteSlice] {
    var pieces: [ByteSlice] = []
    pieces.reserveCapacity(edits.count * 2 + 1)
    var copied = 0
    for edit in resolved() {
      precondition(edit.range.lowerBound >= copied, "edits overlap at byte \(edit.range.lowerBound)")
      if edit.range.lowerBound > copied { pieces.append(body.slice(copied..<edit.range.lowerBound)) }
      if !edit.text.isEmpty { pieces.append(edit.text) }
      copied = edit.range.upperBound
    }
    if copied < body.count { pieces.append(body.slice(copied..<body.count)) }
    return pieces
  }

  /// The edited body's length in bytes.
  public var count: Int { pieces.reduce(0) { $0 + $1.count } }

  // MARK: commas

  /// The edits in order, with the commas settled that depend on each other.
  private func resolved() -> [Edit] {
    // Few edits, mostly in order already: an insertion sort, which keeps the order of equals.
    var edits = self.edits
    for index in edits.indices.dropFirst() {
      var place = index
      while place > 0, edits[place].comesBefore(edits[place - 1]) {
        edits.swapAt(place, place - 1)
        place -= 1
      }
    }
    for index in edits.indices {
      switch edits[index].action {
      case .replace: break
      case .insert(let object):
        // The last of the inserted needs no comma when no member remains after it.
        if isLastInsert(index, in: edits), remainingCount(of: object, in: edits) == 0 {
          edits[index].text = edits[index].text.slice(0..<edits[index].text.count - 1)
        }
      case .remove: takeComma(of: index, in: &edits)
      }
    }
    return edits
  }

  private func isLastInsert(_ index: Int, in edits: [Edit]) -> Bool {
    guard index + 1 < edits.count, case .insert = edits[index + 1].action else { return true }
    return edits[index + 1].range != edits[index].range
  }

  private func remainingCount(of object: ScannedObject, in edits: [Edit]) -> Int {
    edits.reduce(object.memberCount) { count, edit in
      if case .remove(object) = edit.action { count - 1 } else { count }
    }
  }

  /// A removed member takes the comma after it; the last one of its object takes the comma before it, which is that
  /// before the whole run when its neighbours are removed too.
  private func takeComma(of index: Int, in edits: inout [Edit]) {
    let text = body.span
    let after = text.endOfSpaces(from: edits[index].range.upperBound)
    if text.byte(at: after) == UInt8(ascii: ",") {
      edits[index].range = edits[index].range.lowerBound..<after + 1
      return
    }
    var first = index
    while true {
      let before = startOfSpaces(before: edits[first].range.lowerBound)
      guard text.byte(at: before) == UInt8(ascii: ",") else { return }
      guard first > 0, case .remove = edits[first - 1].action, edits[first - 1].range.upperBound == before + 1 else {
        edits[first].range = before..<edits[first].range.upperBound
        return
      }
      first -= 1
    }
  }

  /// The index of the last byte before `end` that is not white space: inside an object there always is one.
  private func startOfSpaces(before end: Int) -> Int {
    var at = end - 1
    while at > 0, body.span[at] <= 0x20 { at -= 1 }
    return at
  }
}
