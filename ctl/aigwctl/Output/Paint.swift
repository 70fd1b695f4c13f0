// Paint: colour where a person looks at a terminal, and nowhere else.

import Glibc

/// What a word in a table is meant to tell at a glance.
enum Mood: Hashable {
  case plain
  case heading
  case good
  case warning
  case bad
}

/// Puts colour on words, or leaves them as they are.
struct Paint {
  let isOn: Bool

  static let none = Paint(isOn: false)

  init(isOn: Bool) { self.isOn = isOn }

  /// For a stream of this process: colour only on a terminal that has colours, and not against NO_COLOR
  /// (no-color.org: present and not empty).
  init(forDescriptor descriptor: Int32, environment: [String: String]) {
    let isUnwanted = !(environment["NO_COLOR"] ?? "").isEmpty || environment["TERM"] == "dumb"
    isOn = !isUnwanted && isatty(descriptor) == 1
  }

  func callAsFunction(_ text: String, _ mood: Mood) -> String {
    guard isOn, let code = Self.code(mood) else { return text }
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }

  /// Select Graphic Rendition (ECMA-48 8.3.117).
  private static func code(_ mood: Mood) -> Int? {
    switch mood {
    case .plain: nil
    case .heading: 1
    case .good: 32
    case .warning: 33
    case .bad: 31
    }
  }
}
