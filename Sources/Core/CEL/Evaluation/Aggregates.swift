// Aggregates: making lists and maps, and taking them apart: [a, b], {k: v}, e.field, e[i], has(e.field).

final class ListMaking: Operation {
  private let elements: [any Operation]

  init(_ elements: [any Operation]) { self.elements = elements }

  func value(in frame: inout Frame) throws(Failure) -> Value {
    var values: [Value] = []
    values.reserveCapacity(elements.count)
    for element in elements { values.append(try element.value(in: &frame)) }
    return .list(values)
  }
}

final class MapMaking: Operation {
  private let entries: [(key: any Operation, value: any Operation)]
  private let offset: Int

  init(_ entries: [(key: any Operation, value: any Operation)], at offset: Int) {
    self.entries = entries
    self.offset = offset
  }

  func value(in frame: inout Frame) throws(Failure) -> Value {
    var map = ValueMap()
    for entry in entries {
      let key = try entry.key.value(in: &frame)
      if !key.canBeKey { throw Failure(.noOverload("the key of a map", [key.kind]), at: offset) }
      try frame.charge(map.entries.count, at: offset)
      if try !map.insert(key, entry.value.value(in: &frame)) {
        throw Failure(.duplicateKey(key.shown), at: offset)
      }
    }
    return .map(map)
  }
}

/// `e.field` and `e[index]`: what a map has under a key, what a list has at a place.
final class Lookup: Operation {
  private let operands: Operands

  init(_ operands: Operands) { self.operands = operands }

  func value(in frame: inout Frame) throws(Failure) -> Value {
    let (base, key) = try operands.values(in: &frame)
    switch base {
    case .map(let map):
      try frame.charge(map.entries.count, at: operands.offset)
      if let value = map[key] { return value }
      throw operands.failure(.noSuchKey(key.shown))
    case .list(let elements):
      if let index = index(key) {
        if elements.indices.contains(index) { return elements[index] }
        throw operands.failure(.indexOutOfRange)
      }
    default: break
    }
    throw operands.refusal(of: base, and: key, by: "[ ]")
  }

  /// Whole numbers of all three types are places in a list.
  private func index(_ key: Value) -> Int? {
    switch key {
    case .int(let number): Int(number)
    case .uint(let number): Int(clamping: number)
    case .double(let number): Int(exactly: number)
    case .null, .bool, .string, .bytes, .list, .map, .type: nil
    }
  }
}

/// `has(e.field)`: whether a map has the key.
final class Presence: Operation {
  private let base: Operand
  private let key: Value

  init(_ base: Operand, _ field: String) {
    self.base = base
    key = .string(field)
  }

  func value(in frame: inout Frame) throws(Failure) -> Value {
    let value = try base.value(in: &frame)
    guard case .map(let map) = value else { throw base.refusal(of: value, by: "has()") }
    try frame.charge(map.entries.count, at: base.offset)
    return .bool(map[key] != nil)
  }
}
