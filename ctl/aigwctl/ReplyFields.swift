// ReplyFields: fields of a reply, read as leniently as output may be: what is missing shows as missing.

import Exchange
import JSON

extension JSONValue {
  /// The member `name` where it is text.
  func text(_ name: String) -> String? { self[name]?.string }

  /// The member `name` where it is a whole number, else 0.
  func number(_ name: String) -> Int64 { self[name]?.integer ?? 0 }

  func time(_ name: String) -> WallTime { WallTime(milliseconds: number(name)) }

  func flag(_ name: String) -> Bool { self[name]?.bool ?? false }

  /// The elements of the member `name`; none where it is no list.
  func list(_ name: String) -> [JSONValue] { self[name]?.elements ?? [] }
}
