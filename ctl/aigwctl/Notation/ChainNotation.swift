// ChainNotation: openai anthropic=claude-sonnet-4-5: a chain as set-chain takes it.

import JSON

/// Steps tried from the first to the last. A step is BACKEND, or BACKEND=MODEL where the backend is asked for another
/// name; several of them with commas between share the calls of their step, by weight.
struct ChainNotation: Hashable {
  struct Candidate: Hashable {
    let backend: String
    let model: String?
    var weight: Int64 = 1

    /// As it was written.
    var name: String { model.map { "\(backend)=\($0)" } ?? backend }
  }

  private(set) var steps: [[Candidate]]

  /// - Parameter weights: `BACKEND=3`, or `BACKEND=MODEL=3` where a backend serves under several names.
  init(_ arguments: [String], weights: [String]) throws(NotationError) {
    steps = []
    for argument in arguments { steps.append(try Self.step(argument)) }
    for weight in weights { try set(weight) }
  }

  private static func step(_ argument: String) throws(NotationError) -> [Candidate] {
    var step: [Candidate] = []
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard let backend = sides.first, !backend.isEmpty, sides.last != "" else {
        throw NotationError(
          "\(argument.quoted) is no step of a chain; write BACKEND or BACKEND=MODEL, with commas between those that "
            + "share calls"
        )
      }
      let candidate = Candidate(backend: backend, model: sides.count == 2 ? sides[1] : nil)
      if step.contains(candidate) { throw NotationError("\(argument.quoted) names \(candidate.name.visible) twice") }
      step.append(candidate)
    }
    return step
  }

  private mutating func set(_ text: String) throws(NotationError) {
    guard let mark = text.lastIndex(of: "="), let weight = Int64(text[text.index(after: mark)...]), weight > 0 else {
      throw NotationError("--weight \(text.quoted) must be BACKEND=NUMBER, such as --weight local=3")
    }
    let name = String(text[..<mark])
    var isKnown = false
    for step in steps.indices {
      for place in steps[step].indices where [steps[step][place].backend, steps[step][place].name].contains(name) {
        isKnown = true
        if steps[step].count == 1 {
          throw NotationError(
            "--weight \(text.quoted): \(name.visible) is alone in its step and has all its calls; join candidates that share "
              + "calls with a comma")
        }
        steps[step][place].weight = weight
      }
    }
    if !isKnown { throw NotationError("--weight \(text.quoted) names no candidate of this chain") }
  }

  /// `chain` of models.NAME. Priorities are written only where candidates share one: else their order says it.
  var json: JSONValue {
    let areShared = steps.contains { $0.count > 1 }
    var candidates: [JSONValue] = []
    for (priority, step) in steps.enumerated() {
      for candidate in step {
        var members: [(name: String, value: JSONValue)] = [("backend", .string(candidate.backend))]
        if let model = candidate.model { members.append(("modelNameOverride", .string(model))) }
        if areShared { members.append(("priority", .integer(Int64(priority)))) }
        if step.count > 1 { members.append(("weight", .integer(candidate.weight))) }
        candidates.append(.object(members))
      }
    }
    return .array(candidates)
  }
}
