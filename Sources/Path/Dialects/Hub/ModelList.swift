// ModelList: the answer to `GET /v1/models`: the virtual models, as each dialect lists models.

import Bytes
import Exchange
import JSON

public struct ModelList: Sendable {
  public struct Entry: Hashable, Sendable {
    public let name: ModelName
    public let owner: String

    public init(name: ModelName, owner: String) {
      self.name = name
      self.owner = owner
    }
  }

  private let entries: [Entry]
  /// When the policy that lists them came into force, in seconds since 1970 and as RFC 3339 writes it.
  private let created: (seconds: Int64, text: String)

  public init(_ entries: [Entry], created: WallTime, createdText: String) {
    self.entries = entries
    self.created = (created.milliseconds / 1000, createdText)
  }

  /// All of them, on one page. Anthropic's shape is platform.claude.com/docs/en/api/models-list, Gemini's
  /// ai.google.dev/api/models; all others have OpenAI's.
  public func list(in dialect: Dialect) -> ByteSlice {
    let data = JSONValue.array(entries.map { json($0, in: dialect) })
    if dialect == .gemini { return Self.text(.object([("models", data)])) }
    guard dialect == .anthropic else { return Self.text(.object([("object", "list"), ("data", data)])) }
    func id(_ entry: Entry?) -> JSONValue { entry.map { .string($0.name.text) } ?? .null }
    return Self.text(
      .object([
        ("data", data), ("has_more", .bool(false)), ("first_id", id(entries.first)), ("last_id", id(entries.last)),
      ]))
  }

  /// One model; nil when there is none of that name.
  public func model(_ name: String, in dialect: Dialect) -> ByteSlice? {
    entries.first { $0.name.text == name }.map { model($0, in: dialect) }
  }

  /// One that no list names, because a pattern serves it.
  public func model(_ entry: Entry, in dialect: Dialect) -> ByteSlice { Self.text(json(entry, in: dialect)) }

  private func json(_ entry: Entry, in dialect: Dialect) -> JSONValue {
    if dialect == .anthropic {
      return .object([
        ("type", "model"), ("id", .string(entry.name.text)), ("display_name", .string(entry.name.text)),
        ("created_at", .string(created.text)),
      ])
    }
    if dialect == .gemini {
      return .object([
        ("name", .string("models/" + entry.name.text)), ("version", "1"),
        ("displayName", .string(entry.name.text)),
        ("supportedGenerationMethods", ["generateContent", "streamGenerateContent", "countTokens"]),
      ])
    }
    return .object([
      ("id", .string(entry.name.text)), ("object", "model"), ("created", .integer(created.seconds)),
      ("owned_by", .string(entry.owner)),
    ])
  }

  private static func text(_ value: JSONValue) -> ByteSlice {
    var buffer = ByteBuffer()
    value.write(into: &buffer)
    return buffer.take()
  }
}
