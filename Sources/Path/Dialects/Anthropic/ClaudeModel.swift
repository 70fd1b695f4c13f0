// ClaudeModel: what Anthropic's models differ in, told from their names wherever they are hosted.
//
// Facts of November 2026, from platform.claude.com/docs/en/about-claude/models/overview (most tokens of an answer),
// .../about-claude/models/migration-guide (sampling, thinking) and .../build-with-claude/structured-outputs.

import Conversation

/// `claude-sonnet-4-5-20250929`, `us.anthropic.claude-opus-4-1-20250805-v1:0`, `claude-3-5-haiku@20241022`.
package struct ClaudeModel {
  /// Whether the name is one of Anthropic's at all; others speak its dialect too.
  package let isClaude: Bool
  /// 405 is 4.5. A name without a number is newer than all that have one.
  private let version: Int
  private let family: Substring

  package init(_ name: String) {
    let words = name.split(whereSeparator: { "-@:./".contains($0) })
    isClaude = words.contains("claude")
    let later = words.drop { $0 != "claude" }.dropFirst()
    family = later.first { $0.first?.isLetter == true } ?? ""
    let numbers = later.drop { Int($0) == nil }.prefix { $0.utf8.count <= 2 && Int($0) != nil }
    guard let major = numbers.first.flatMap({ Int($0) }) else {
      version = isClaude ? .max : 0
      return
    }
    version = major * 100 + (numbers.dropFirst().first.flatMap { Int($0) } ?? 0)
  }

  /// The most tokens an answer may have, which Anthropic must be told. Models of others get what nearly all have.
  package var outputMax: Int64 {
    switch (version, family) {
    case (0, _): 8_192
    case (..<305, _): 4_096
    case (..<307, _): 8_192
    case (400...401, "opus"): 32_000
    case (..<406, _): 64_000
    default: 128_000
    }
  }

  package enum Thinking {
    case none
    /// So many tokens.
    case budgeted
    /// As the model sees fit; how hard it tries is said in words.
    case adaptive
  }

  package var thinking: Thinking {
    switch version {
    case 0: .budgeted
    case ..<307: .none
    case ..<406: .budgeted
    default: .adaptive
    }
  }

  /// How hard a model that thinks as it sees fit can be asked to try, least first (.../build-with-claude/effort).
  package var efforts: [Reasoning.Effort] {
    version < 407 ? [.low, .medium, .high, .max] : [.low, .medium, .high, .xhigh, .max]
  }

  /// .../agents-and-tools/tool-use/web-search-tool
  package var searchesWeb: Bool { version >= 305 }

  /// Later models refuse temperature, top_p and top_k.
  package var takesSampling: Bool { version < 407 }

  /// Whether answers and calls can be held to a schema. 4.1 is the first of Opus, 4.5 of the others.
  package var takesSchemas: Bool { version == 0 || version >= (family == "opus" ? 401 : 405) }
}
