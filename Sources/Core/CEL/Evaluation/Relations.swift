// Relations: == != < <= > >= and in.

final class Relation: Operation {
  private let infix: Infix
  private let operands: Operands

  init(_ infix: Infix, _ operands: Operands) {
    self.infix = infix
    self.operands = operands
  }

  func value(in frame: inout Frame) throws(Failure) -> Value {
    let (left, right) = try operands.values(in: &frame)
    switch infix {
    case .equal: return .bool(try frame.areEqual(left, right, at: operands.offset))
    case .notEqual: return .bool(try !frame.areEqual(left, right, at: operands.offset))
    case .isIn: return .bool(try isElement(left, of: right, in: &frame))
    default: return .bool(try isOrdered(left, right))
    }
  }

  private func isOrdered(_ left: Value, _ right: Value) throws(Failure) -> Bool {
    guard let ordering = left.ordering(to: right) else {
      throw operands.refusal(of: left, and: right, by: infix.rawValue)
    }
    switch infix {
    case .less: return ordering == .before
    case .lessOrEqual: return ordering == .before || ordering == .same
    case .greater: return ordering == .after
    default: return ordering == .after || ordering == .same
    }
  }

  private func isElement(_ element: Value, of collection: Value, in frame: inout Frame) throws(Failure) -> Bool {
    switch collection {
    case .list(let elements):
      for other in elements {
        try frame.charge(1, at: operands.offset)
        if try frame.areEqual(element, other, at: operands.offset) { return true }
      }
      return false
    case .map(let map):
      try frame.charge(map.entries.count, at: operands.offset)
      return map[element] != nil
    default: throw operands.refusal(of: element, and: collection, by: infix.rawValue)
    }
  }
}
