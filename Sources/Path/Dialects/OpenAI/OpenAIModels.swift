// OpenAIModels: the answer to `GET /v1/models`: the virtual models, as OpenAI lists models.

import Bytes
import Exchange
import JSON

public struct OpenAIModels: Sendable {
  public struct Entry: Hashable, Sendable {
    public let name: ModelName
    public let owner: String

    public init(name: ModelName, owner: String) {
      self.name = name
      self.owner = owner
    }
  }

  private let entries: [Entry]
  /// When the policy that lists them came into force, in seconds since 1970.
  private let created: Int64

  public init(_ entries: [Entry], created: WallTime) {
    self.entries = entries
    self.created = created.milliseconds / 1000
  }

  /// `{"object":"list","data":[...]}`
  public var list: ByteSlice {
    Self.text(.object([("object", "list"), ("data", .array(entries.map(json)))]))
  }

  /// One model; nil when there is none of that name.
  public func model(_ name: String) -> ByteSlice? {
    entries.first { $0.name.text == name }.map { Self.text(json($0)) }
  }

  private func json(_ entry: Entry) -> JSONValue {
    .object([
      ("id", .string(entry.name.text)), ("object", "model"), ("created", .integer(created)),
      ("owned_by", .string(entry.owner)),
    ])
  }

  private static func text(_ value: JSONValue) -> ByteSlice {
    var buffer = ByteBuffer()
    value.write(into: &buffer)
    return buffer.take()
  }
}
