// PolicyDifference: what leads from one policy to another: for people line by line, for the daemon as a merge patch.

import JSON

/// The differences between two documents, in the order of the second, then what the first alone has.
struct PolicyDifference {
  struct Line: Equatable {
    /// `budgets.team.limit`.
    let path: String
    /// nil where there was nothing.
    let was: JSONValue?
    /// nil where nothing stays.
    let becomes: JSONValue?
  }

  private(set) var lines: [Line] = []
  /// Makes the first document equal to the second (RFC 7396).
  private(set) var patch: JSONValue = .object([])

  /// - Parameter wanted: members that are null count as absent, as in a merge patch.
  init(from current: JSONValue, to wanted: JSONValue) {
    patch = compare(current, Self.withoutNulls(wanted), at: "")
  }

  var isEmpty: Bool { lines.isEmpty }

  /// As `diff` shows it: `-` for what goes, `+` for what comes, `~` for what changes.
  func text(paint: Paint) -> String {
    lines.map { line in
      let path = line.path.isEmpty ? "policy" : line.path
      return switch (line.was, line.becomes) {
      case (let was?, nil): paint("- \(path): \(YAMLText.flow(was))", .bad)
      case (nil, let becomes?): paint("+ \(path): \(YAMLText.flow(becomes))", .good)
      case (let was?, let becomes?):
        paint("~ \(path): \(YAMLText.flow(was)) -> \(YAMLText.flow(becomes))", .warning)
      case (nil, nil): ""
      }
    }.map { $0 + "\n" }.joined()
  }

  /// The patch from `current` to `wanted`, which are both objects.
  private mutating func compare(_ current: JSONValue, _ wanted: JSONValue, at path: String) -> JSONValue {
    var patch: [(name: String, value: JSONValue)] = []
    for (name, value) in wanted.members ?? [] {
      let place = PathNotation.joined(path, name)
      let was = current[name]
      if let was, was == value { continue }
      if let was, was.kind == .object, value.kind == .object {
        let inner = compare(was, value, at: place)
        // Nothing but nulls on one side or the other: equal as far as a patch can tell.
        if inner.count > 0 { patch.append((name, inner)) }
      } else {
        lines.append(Line(path: place, was: was, becomes: value))
        patch.append((name, value))
      }
    }
    for (name, value) in current.members ?? [] where wanted[name] == nil {
      lines.append(Line(path: PathNotation.joined(path, name), was: value, becomes: nil))
      patch.append((name, .null))
    }
    return .object(patch)
  }

  /// A patch could not say null in any other sense than removal.
  private static func withoutNulls(_ value: JSONValue) -> JSONValue {
    guard let members = value.members else { return value }
    return .object(members.filter { !$0.value.isNull }.map { ($0.name, withoutNulls($0.value)) })
  }
}
