// Arithmetic: + - * / % and the sign. Both operands are of one type; a result outside of it is an error, never wrapped.

final class Arithmetic: Operation {
  private let infix: Infix
  private let operands: Operands

  init(_ infix: Infix, _ operands: Operands) {
    self.infix = infix
    self.operands = operands
  }

  func value(in frame: inout Frame) throws(Failure) -> Value {
    let (left, right) = try operands.values(in: &frame)
    switch (left, right) {
    case (.uint(let left), .uint(let right)): return .uint(try integer(left, right, .uint))
    case (.int(let left), .int(let right)): return .int(try integer(left, right, .int))
    case (.double(let left), .double(let right)):
      switch infix {
      case .plus: return .double(left + right)
      case .minus: return .double(left - right)
      case .times: return .double(left * right)
      case .dividedBy: return .double(left / right)
      default: break
      }
    case (.string(let left), .string(let right)) where infix == .plus:
      try frame.charge(bytes: left.utf8.count + right.utf8.count, at: operands.offset)
      return .string(left + right)
    case (.bytes(let left), .bytes(let right)) where infix == .plus:
      try frame.charge(bytes: left.count + right.count, at: operands.offset)
      return .bytes(left + right)
    case (.list(let left), .list(let right)) where infix == .plus:
      try frame.charge(left.count + right.count, at: operands.offset)
      return .list(left + right)
    default: break
    }
    throw operands.refusal(of: left, and: right, by: infix.rawValue)
  }

  @inline(__always)
  private func integer<Integer: FixedWidthInteger>(
    _ left: Integer, _ right: Integer, _ kind: ValueKind
  ) throws(Failure) -> Integer {
    let (result, overflow) =
      switch infix {
      case .plus: left.addingReportingOverflow(right)
      case .minus: left.subtractingReportingOverflow(right)
      case .times: left.multipliedReportingOverflow(by: right)
      case .dividedBy: left.dividedReportingOverflow(by: right)
      default: left.remainderReportingOverflow(dividingBy: right)
      }
    if overflow {
      let isDivision = infix == .dividedBy || infix == .remainder
      throw operands.failure(isDivision && right == 0 ? .divisionByZero : .overflow(kind))
    }
    return result
  }
}

final class Negation: Operation {
  private let operand: Operand

  init(_ operand: Operand) { self.operand = operand }

  func value(in frame: inout Frame) throws(Failure) -> Value {
    switch try operand.value(in: &frame) {
    case .int(.min): throw operand.failure(.overflow(.int))
    case .int(let number): return .int(-number)
    case .double(let number): return .double(-number)
    case let other: throw operand.refusal(of: other, by: "-")
    }
  }
}
