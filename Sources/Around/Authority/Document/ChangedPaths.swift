// ChangedPaths: where two documents differ, in the words of the policy's diagnostics.

import Bytes
import JSON

/// `budgets.team.limit`, `models."gpt-3.5-turbo".chain`: the places of `new` that `old` does not have or has otherwise,
/// and those of `old` that are gone. What was added or removed whole is named whole; a list is one place.
public struct ChangedPaths {
  /// In the order of the documents; at most `Limits.changedPathsMax`, then a line that says how many more there are.
  public private(set) var paths: [String] = []
  private var left = 0

  public init(from old: JSONValue, to new: JSONValue) {
    compare(old, new, at: "")
    if left > 0 { paths.append("and \(left) more") }
  }

  private mutating func compare(_ old: JSONValue, _ new: JSONValue, at path: String) {
    guard let before = old.members, let after = new.members else { return note(path) }
    for (name, value) in before where !value.isNull {
      guard let now = new[name], !now.isNull else {
        note(Self.path(path, name))
        continue
      }
      if now != value { compare(value, now, at: Self.path(path, name)) }
    }
    for (name, value) in after where !value.isNull {
      if let known = old[name], !known.isNull { continue }
      note(Self.path(path, name))
    }
  }

  private mutating func note(_ path: String) {
    if paths.count < Limits.changedPathsMax { paths.append(path) } else { left += 1 }
  }

  /// A name that could be mistaken for a path stands in quotes.
  private static func path(_ path: String, _ name: String) -> String {
    let isSimple =
      !name.isEmpty
      && name.utf8.allSatisfy { byte in
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 32 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
          || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
      }
    var shown = ByteBuffer()
    if isSimple { shown.append(name) } else { JSONText.appendQuoted(name, to: &shown) }
    let text = String(shown.span)
    return path.isEmpty ? text : path + "." + text
  }
}
