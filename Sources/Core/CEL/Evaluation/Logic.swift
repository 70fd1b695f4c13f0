// Logic: ! && || and ?:, with errors that are outvoted (langdef.md, Logical Operators).

final class Not: Operation {
  private let operand: Operand

  init(_ operand: Operand) { self.operand = operand }

  func value(in frame: inout Frame) throws(Failure) -> Value {
    let value = try operand.value(in: &frame)
    guard case .bool(let truth) = value else { throw operand.refusal(of: value, by: "!") }
    return .bool(!truth)
  }
}

/// `&&` and `||`. One operand that decides is enough, whatever the other one is, even an error.
final class Junction: Operation {
  private let infix: Infix
  /// The truth that decides: false for `&&`, true for `||`.
  private let deciding: Bool
  private let operands: Operands

  init(_ infix: Infix, _ operands: Operands) {
    self.infix = infix
    deciding = infix == .or
    self.operands = operands
  }

  func value(in frame: inout Frame) throws(Failure) -> Value {
    do throws(Failure) {
      if try truth(of: operands.left, in: &frame) == deciding { return .bool(deciding) }
    } catch {
      if error.isFinal { throw error }
      if try isDecided(by: operands.right, in: &frame) { return .bool(deciding) }
      throw error
    }
    return .bool(try truth(of: operands.right, in: &frame))
  }

  /// Whether the operand decides; its own failure is passed over.
  private func isDecided(by operand: any Operation, in frame: inout Frame) throws(Failure) -> Bool {
    do throws(Failure) {
      return try truth(of: operand, in: &frame) == deciding
    } catch {
      if error.isFinal { throw error }
      return false
    }
  }

  private func truth(of operand: any Operation, in frame: inout Frame) throws(Failure) -> Bool {
    let value = try operand.value(in: &frame)
    guard case .bool(let truth) = value else { throw operands.failure(.noOverload(infix.rawValue, [value.kind])) }
    return truth
  }
}

final class Conditional: Operation {
  private let condition: Operand
  private let whenTrue: any Operation
  private let whenFalse: any Operation

  init(_ condition: Operand, then whenTrue: any Operation, otherwise whenFalse: any Operation) {
    self.condition = condition
    self.whenTrue = whenTrue
    self.whenFalse = whenFalse
  }

  func value(in frame: inout Frame) throws(Failure) -> Value {
    let value = try condition.value(in: &frame)
    guard case .bool(let truth) = value else { throw condition.refusal(of: value, by: "? :") }
    return try truth ? whenTrue.value(in: &frame) : whenFalse.value(in: &frame)
  }
}
