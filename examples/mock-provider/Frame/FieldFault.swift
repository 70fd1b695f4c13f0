// FieldFault: what can be wrong with a field, in the words each provider has for it.

/// Where a field stands: `messages`, 2, `role`.
struct FieldPath: Sendable {
  enum Step: Sendable {
    case name(String)
    case index(Int)
  }

  private(set) var steps: [Step] = []

  func member(_ name: String) -> FieldPath { adding(.name(name)) }
  func element(_ index: Int) -> FieldPath { adding(.index(index)) }

  private func adding(_ step: Step) -> FieldPath {
    var longer = self
    longer.steps.append(step)
    return longer
  }

  /// `messages[2].role`, or `messages.2.role` as Anthropic and AWS spell it.
  func spelled(in dialect: Dialect) -> String {
    let hasDots = dialect == .anthropic || dialect == .bedrock
    var text = ""
    for step in steps {
      switch step {
      case .name(let name): text += text.isEmpty ? name : "." + name
      case .index(let index): text += hasDots ? (text.isEmpty ? "\(index)" : ".\(index)") : "[\(index)]"
      }
    }
    return text
  }
}

enum FieldFault {
  case missing
  /// With what it should have been: "a string".
  case wrongKind(String)
  /// Nobody knows a field of this name here.
  case unknown
  /// With what is wrong.
  case invalid(String)

  func refusal(at path: FieldPath, in dialect: Dialect) -> Refusal {
    let place = path.spelled(in: dialect)
    switch dialect {
    case .openAI, .responses: return openAI(place)
    case .anthropic: return Refusal(status: 400, message: "\(place): \(anthropic)", param: place)
    case .gemini: return Refusal(status: 400, message: google(place, path), param: place)
    case .bedrock: return Refusal(status: 400, message: aws(place), param: place)
    case .cohere: return Refusal(status: 400, message: cohere(place), param: place)
    }
  }

  private func openAI(_ place: String) -> Refusal {
    switch self {
    case .missing:
      .invalid("Missing required parameter: '\(place)'.", param: place, code: "missing_required_parameter")
    case .wrongKind(let wanted):
      .invalid("Invalid type for '\(place)': expected \(wanted).", param: place, code: "invalid_type")
    case .unknown: .invalid("Unknown parameter: '\(place)'.", param: place, code: "unknown_parameter")
    case .invalid(let problem):
      .invalid("Invalid value for '\(place)': \(problem)", param: place, code: "invalid_value")
    }
  }

  private var anthropic: String {
    switch self {
    case .missing: "Field required"
    case .wrongKind(let wanted): "Input should be \(wanted)"
    case .unknown: "Extra inputs are not permitted"
    case .invalid(let problem): problem
    }
  }

  private func google(_ place: String, _ path: FieldPath) -> String {
    switch self {
    case .missing: return "* GenerateContentRequest.\(place): is not specified"
    case .wrongKind(let wanted): return "Invalid value at '\(place)': it must be \(wanted)."
    case .unknown:
      guard case .name(let name) = path.steps.last else { return "Unknown name at '\(place)'." }
      let parent = place.dropLast(name.count).hasSuffix(".") ? place.dropLast(name.count + 1) : ""
      return "Invalid JSON payload received. Unknown name \"\(name)\""
        + (parent.isEmpty ? "" : " at '\(parent)'") + ": Cannot find field."
    case .invalid(let problem): return "Invalid value at '\(place)': \(problem)"
    }
  }

  private func aws(_ place: String) -> String {
    let found = "1 validation error detected: Value at '\(place)' failed to satisfy constraint: "
    return switch self {
    case .missing: found + "Member must not be null"
    case .wrongKind(let wanted): found + "Member must be \(wanted)"
    case .unknown: "\(place): extraneous key is not permitted"
    case .invalid(let problem): "The value at \(place) is invalid. \(problem)"
    }
  }

  private func cohere(_ place: String) -> String {
    switch self {
    case .missing: "invalid request: parameter '\(place)' must be specified"
    case .wrongKind(let wanted): "invalid type: parameter '\(place)' should be \(wanted)"
    case .unknown: "unknown field: parameter '\(place)' is not a valid field"
    case .invalid(let problem): "invalid request: '\(place)': \(problem)"
    }
  }
}
