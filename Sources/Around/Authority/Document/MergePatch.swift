// MergePatch: changes of a JSON document that are JSON documents themselves (RFC 7396).

import JSON

/// Members replace members, null removes them, lists are replaced whole. So no document that a patch has made holds a
/// null, except inside lists; here a member that is null counts as one that is absent.
public enum MergePatch {
  /// What `patch` makes of `target`, nil for nothing at all (RFC 7396 2). Members keep their order, new ones come last.
  public static func apply(_ patch: JSONValue, to target: JSONValue?) -> JSONValue {
    guard let changes = patch.members else { return patch }
    var members: [(name: String, value: JSONValue)] = []
    for (name, value) in target?.members ?? [] {
      guard let change = patch[name] else {
        members.append((name, value))
        continue
      }
      if !change.isNull { members.append((name, apply(change, to: value))) }
    }
    for (name, change) in changes where !change.isNull && target?[name] == nil {
      members.append((name, apply(change, to: nil)))
    }
    assert(members.count <= changes.count + (target?.count ?? 0), "a patch of \(changes.count) members made more")
    return .object(members)
  }

  /// The patch that makes `new` of `old`; an empty object when they say the same.
  public static func between(_ old: JSONValue, _ new: JSONValue) -> JSONValue {
    guard let before = old.members, let after = new.members else { return new }
    var changes: [(name: String, value: JSONValue)] = []
    for (name, value) in before where !value.isNull {
      guard let now = new[name], !now.isNull else {
        changes.append((name, .null))
        continue
      }
      if now == value { continue }
      let change = between(value, now)
      // Two objects that differ only by nulls say the same.
      if change.kind != .object || change.count > 0 || value.kind != .object { changes.append((name, change)) }
    }
    for (name, value) in after where !value.isNull {
      if let known = old[name], !known.isNull { continue }
      changes.append((name, value))
    }
    return .object(changes)
  }
}
