// Comprehension: all, exists, exists_one, filter and map over the elements of a list or the keys of a map.

/// The macros that go through a list, by their names in the language.
enum Macro: String, CaseIterable {
  case all, exists, filter, map
  case existsOne = "exists_one"
}

final class Comprehension: Operation {
  private let macro: Macro
  private let range: any Operation
  /// Where the macro's variable stands among the locals.
  private let level: Int
  /// Which elements count; nil for `map(x, e)`, where all do.
  private let condition: (any Operation)?
  /// What `map` makes of an element.
  private let transform: (any Operation)?
  /// Operations run for each element, those of inner macros once.
  private let stepsPerElement: Int
  private let offset: Int

  init(
    _ macro: Macro, over range: any Operation, level: Int, condition: (any Operation)?,
    transform: (any Operation)?, stepsPerElement: Int, at offset: Int
  ) {
    self.macro = macro
    self.range = range
    self.level = level
    self.condition = condition
    self.transform = transform
    self.stepsPerElement = stepsPerElement
    self.offset = offset
  }

  func value(in frame: inout Frame) throws(Failure) -> Value {
    let range = try range.value(in: &frame)
    switch range {
    case .list(let elements): return try value(over: elements, in: &frame)
    case .map(let map):
      try frame.charge(map.entries.count, at: offset)
      return try value(over: map.entries.map(\.key), in: &frame)
    default: throw Failure(.noOverload(macro.rawValue, [range.kind]), at: offset)
    }
  }

  private func value(over elements: [Value], in frame: inout Frame) throws(Failure) -> Value {
    switch macro {
    case .all: return .bool(try !isAny(of: elements, false, in: &frame))
    case .exists: return .bool(try isAny(of: elements, true, in: &frame))
    case .existsOne:
      var count = 0
      for element in elements where try isChosen(element, in: &frame) { count += 1 }
      return .bool(count == 1)
    case .filter, .map:
      var values: [Value] = []
      for element in elements where try isChosen(element, in: &frame) {
        values.append(try transform?.value(in: &frame) ?? element)
      }
      return .list(values)
    }
  }

  /// Whether the condition is `deciding` for some element; an element that decides outvotes those that fail.
  private func isAny(of elements: [Value], _ deciding: Bool, in frame: inout Frame) throws(Failure) -> Bool {
    var failure: Failure?
    for element in elements {
      do throws(Failure) {
        if try isChosen(element, in: &frame) == deciding { return true }
      } catch {
        if error.isFinal { throw error }
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
    return false
  }

  /// Binds the element and asks the condition.
  private func isChosen(_ element: Value, in frame: inout Frame) throws(Failure) -> Bool {
    try frame.charge(stepsPerElement, at: offset)
    frame.locals[level] = element
    guard let condition else { return true }
    let value = try condition.value(in: &frame)
    guard case .bool(let truth) = value else { throw Failure(.noOverload(macro.rawValue, [value.kind]), at: offset) }
    return truth
  }
}
