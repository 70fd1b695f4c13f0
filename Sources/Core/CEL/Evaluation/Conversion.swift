// Conversion: int() uint() double() string() bytes() bool() type() (langdef.md, Types and Conversions).

final class Conversion: Operation {
  private let target: ValueKind
  private let operand: Operand

  init(to target: ValueKind, _ operand: Operand) {
    self.target = target
    self.operand = operand
  }

  func value(in frame: inout Frame) throws(Failure) -> Value {
    let value = try operand.value(in: &frame)
    if target == .type { return .type(value.kind) }
    if target == value.kind { return value }
    if case .string(let text) = value { try frame.charge(bytes: text.utf8.count, at: operand.offset) }
    switch target {
    case .int: return .int(try int(value))
    case .uint: return .uint(try uint(value))
    case .double: return .double(try double(value))
    case .string: return .string(try string(value))
    case .bool: return .bool(try bool(value))
    case .bytes: if case .string(let text) = value { return .bytes(Array(text.utf8)) }
    case .null, .list, .map, .type: break
    }
    throw noOverload(value)
  }

  private func noOverload(_ value: Value) -> Failure {
    operand.refusal(of: value, by: "\(target)()")
  }

  private func notConvertible(_ value: Value) -> Failure {
    operand.failure(.notConvertible(value.shown, target))
  }

  private func int(_ value: Value) throws(Failure) -> Int64 {
    switch value {
    case .uint(let number):
      guard let number = Int64(exactly: number) else { throw operand.failure(.overflow(.int)) }
      return number
    case .double(let number):
      // Both ends are excluded (langdef.md, Overflow); what is no number compares as false.
      guard number > -0x1p63, number < 0x1p63 else { throw operand.failure(.overflow(.int)) }
      return Int64(number)
    case .string(let text):
      guard let number = Int64(text) else { throw notConvertible(value) }
      return number
    case .null, .bool, .int, .bytes, .list, .map, .type: throw noOverload(value)
    }
  }

  private func uint(_ value: Value) throws(Failure) -> UInt64 {
    switch value {
    case .int(let number):
      guard let number = UInt64(exactly: number) else { throw operand.failure(.overflow(.uint)) }
      return number
    case .double(let number):
      guard number >= 0, number < 0x1p64 else { throw operand.failure(.overflow(.uint)) }
      return UInt64(number)
    case .string(let text):
      guard let number = UInt64(text) else { throw notConvertible(value) }
      return number
    case .null, .bool, .uint, .bytes, .list, .map, .type: throw noOverload(value)
    }
  }

  private func double(_ value: Value) throws(Failure) -> Double {
    switch value {
    case .int(let number): return Double(number)
    case .uint(let number): return Double(number)
    case .string(let text):
      // Swift also reads hexadecimal doubles, which the language does not have.
      guard !text.utf8.contains(where: { $0 | 32 == UInt8(ascii: "x") }), let number = Double(text) else {
        throw notConvertible(value)
      }
      return number
    case .null, .bool, .double, .bytes, .list, .map, .type: throw noOverload(value)
    }
  }

  private func string(_ value: Value) throws(Failure) -> String {
    switch value {
    case .bool(let truth): return String(truth)
    case .int(let number): return String(number)
    case .uint(let number): return String(number)
    case .double(let number): return number.description
    case .bytes(let bytes):
      guard let text = String(validating: bytes, as: UTF8.self) else { throw notConvertible(value) }
      return text
    case .null, .string, .list, .map, .type: throw noOverload(value)
    }
  }

  private func bool(_ value: Value) throws(Failure) -> Bool {
    guard case .string(let text) = value else { throw noOverload(value) }
    switch text {
    case "true", "True", "TRUE", "t", "1": return true
    case "false", "False", "FALSE", "f", "0": return false
    default: throw notConvertible(value)
    }
  }
}
