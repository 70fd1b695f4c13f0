// Reading: a document in, its policy or the printed lines of its diagnostics out.

import Testing

@testable import Policy

/// The lines a user would see, or none for a policy that is accepted.
func complaints(_ text: String, file: String = "aigw.yaml") -> [String] {
  do {
    _ = try Policy.load(bytes: text.utf8.span, file: file)
    return []
  } catch {
    return error.diagnostics.map(\.description)
  }
}

func policy(_ text: String) throws -> Policy { try Policy.load(bytes: text.utf8.span, file: "aigw.yaml") }

/// A document whose only interesting part is one section, from line 3 on.
func complaints(backends: String = "a: {provider: openai, auth: {env: KEY}}", then section: String) -> [String] {
  complaints("backends:\n  \(backends)\n\(section)")
}
