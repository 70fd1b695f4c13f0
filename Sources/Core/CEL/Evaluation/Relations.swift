// Relations: == != < <= > >= and in.

final class Equality: Operation {
  private let infix: Infix
  private let operands: Operands

  init(_ infix: Infix, _ operands: Operands) {
    self.infix = infix
    self.operands = operands
  }

  func value(in frame: inout Frame) throws(Failure) -> Value {
    let (left, right) = try operands.values(in: &frame)
    return .bool(try frame.areEqual(left, right, at: operands.offset) == (infix == .equal))
  }
}

final class Comparison: Operation {
  private let infix: Infix
  private let operands: Operands

  init(_ infix: Infix, _ operands: Operands) {
    self.infix = infix
    self.operands = operands
  }

  func value(in frame: inout Frame) throws(Failure) -> Value {
    let (left, right) = try operands.values(in: &frame)
    guard let ordering = left.ordering(to: right) else {
      throw operands.refusal(of: left, and: right, by: infix.rawValue)
    }
    switch infix {
    case .less: return .bool(ordering == .before)
    case .lessOrEqual: return .bool(ordering == .before || ordering == .same)
    case .greater: return .bool(ordering == .after)
    default: return .bool(ordering == .after || ordering == .same)
    }
  }
}

/// `x in LIST` and `key in MAP`.
final class Membership: Operation {
  private let operands: Operands

  init(_ operands: Operands) { self.operands = operands }

  func value(in frame: inout Frame) throws(Failure) -> Value {
    let (element, collection) = try operands.values(in: &frame)
    switch collection {
    case .list(let elements):
      for other in elements {
        try frame.charge(1, at: operands.offset)
        if try frame.areEqual(element, other, at: operands.offset) { return .bool(true) }
      }
      return .bool(false)
    case .map(let map):
      try frame.charge(map.entries.count, at: operands.offset)
      return .bool(map[element] != nil)
    default: throw operands.refusal(of: element, and: collection, by: "in")
    }
  }
}
