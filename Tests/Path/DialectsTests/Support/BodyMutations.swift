// BodyMutations: valid bodies made wrong, one place at a time, as hostile and careless agents and providers send them.

import Bytes
import JSON
import TestSupport

/// Gives bodies that differ from a valid one in one place.
struct BodyMutations {
  private var random: Seeded

  init(seed: UInt64) { random = Seeded(seed) }

  /// `body` with one value changed to one of another kind, or renamed; sometimes with one byte lost or changed.
  mutating func mutated(_ body: ByteSlice) -> ByteSlice {
    if Int.random(in: 0..<10, using: &random) == 0 { return damaged(body) }
    guard let value = try? JSONValue.parse(body.span) else { return damaged(body) }
    let target = Int.random(in: 0..<Self.count(value), using: &random)
    var counted = 0
    var buffer = ByteBuffer()
    changed(value, at: target, counted: &counted).write(into: &buffer)
    return buffer.take()
  }

  private mutating func damaged(_ body: ByteSlice) -> ByteSlice {
    if body.isEmpty { return body }
    let at = Int.random(in: 0..<body.count, using: &random)
    var buffer = ByteBuffer()
    buffer.append(body.slice(0..<at))
    if Bool.random(using: &random) { buffer.append(byte: UInt8.random(in: 0...255, using: &random)) }
    if Bool.random(using: &random) { buffer.append(body.dropFirst(at + 1)) }
    return buffer.take()
  }

  /// How many values there are, the outermost included.
  private static func count(_ value: JSONValue) -> Int {
    let inner = value.elements ?? value.members?.map(\.value) ?? []
    return inner.reduce(1) { $0 + count($1) }
  }

  /// `value` with the one made wrong that is `target`th where each is counted before those in it.
  private mutating func changed(_ value: JSONValue, at target: Int, counted: inout Int) -> JSONValue {
    counted += 1
    if counted - 1 == target { return wrong() }
    if let elements = value.elements {
      return .array(elements.map { changed($0, at: target, counted: &counted) })
    }
    guard let members = value.members else { return value }
    var made: [(name: String, value: JSONValue)] = []
    for member in members {
      let isRenamed = counted == target && Int.random(in: 0..<4, using: &random) == 0
      let value = changed(member.value, at: target, counted: &counted)
      made.append(isRenamed ? (member.name + "x", member.value) : (member.name, value))
    }
    return .object(made)
  }

  private mutating func wrong() -> JSONValue {
    let values: [JSONValue] = [
      .null, true, false, 0, -1, .integer(.max), .integer(.min), .double(1.5), .double(1e300), .double(-0.0), "", "x",
      "auto",
      "text", "\u{0}", [], [[]], [1], ["x"], [.null], .object([]), ["type": "text"], ["type": "x"], ["id": 7],
      [["type": "text", "text": 5]], ["a": ["b": ["c": []]]],
    ]
    return values.randomElement(using: &random)!
  }
}
