// Endpoint: what a request's method and path mean, as the table of one dialect has it.

import Bytes
import Exchange
import HTTP

/// One row of a dialect's table: a method and a path, and what a call there asks for.
public final class EndpointRow: Sendable {
  /// What is asked for.
  public enum Kind: String, Hashable, Sendable {
    /// An answer to a conversation, which every dialect has words for.
    case conversation
    /// A text to be gone on with, in the dialect's own words.
    case completion
    /// Vectors of texts, which most dialects have words for.
    case embedding
    case rerank
    /// How many tokens a request would have; nothing is generated.
    case count
    /// A model's own request and reply, which differ from vendor to vendor.
    case invocation
    /// A session over a WebSocket.
    case session
    /// The list of virtual models, answered here.
    case models
    /// One virtual model, answered here.
    case model
    /// Anything else: carried as it is.
    case other
  }

  /// How a provider charges for it.
  public enum Charge: String, Hashable, Sendable {
    /// Lists, reads, deletes, uploads: nothing.
    case free
    case tokens
    /// By the piece: images, seconds of sound, pages, searches.
    case units
    /// Work that is begun now and billed when it is done.
    case later
    /// It gives out a key that is spent past the gateway.
    case minted
    /// Nobody here knows.
    case unknown

    /// What budgets do with such calls.
    public var treatment: Treatment {
      switch self {
      case .free: .passed
      case .tokens: .held
      case .units, .later, .unknown: .closed
      case .minted: .closedUnderAny
      }
    }
  }

  /// What budgets of tokens or dollars do with a call.
  public enum Treatment: String, Hashable, Sendable {
    /// It passes, and nothing is held or booked.
    case passed
    /// The most it can cost is held until its bill is known.
    case held
    /// It does not pass, unless the policy opens its endpoint.
    case closed
    /// The same under budgets that count requests only.
    case closedUnderAny
  }

  public struct Methods: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// HEAD is allowed where GET is.
    public static let get = Self(rawValue: 1)
    public static let post = Self(rawValue: 2)
    public static let put = Self(rawValue: 4)
    public static let patch = Self(rawValue: 8)
    public static let delete = Self(rawValue: 16)

    init(_ method: Method) {
      switch method {
      case .get, .head: self = .get
      case .post: self = .post
      case .put: self = .put
      case .patch: self = .patch
      case .delete: self = .delete
      case .options, .connect, .other: self = []
      }
    }

    /// As the Allow field has it.
    public var names: String {
      let all: [(Methods, String)] = [
        (.get, "GET"), (.post, "POST"), (.put, "PUT"), (.patch, "PATCH"), (.delete, "DELETE"),
      ]
      return all.filter { contains($0.0) }.map(\.1).joined(separator: ", ")
    }
  }

  public let dialect: Dialect
  public let methods: Methods
  /// `/v1/threads/{id}/runs`: `{id}` is one segment; `{model}` is the model's name, which may hold slashes.
  public let path: String
  public let kind: Kind
  public let charge: Charge
  /// The path says that the reply is a stream.
  public let streams: Bool
  /// `generateContent`: how the model's method is called, where the path ends in one.
  public let verb: String
  /// What stands between the model's name and its method.
  let separator: UInt8
  /// The path names a model: by all of it that is left, or by one segment.
  let namesModel: Bool, namesDeployment: Bool

  public init(
    _ dialect: Dialect, _ methods: Methods, _ path: String, _ kind: Kind, _ charge: Charge, streams: Bool = false
  ) {
    self.dialect = dialect
    self.methods = methods
    self.path = path
    self.kind = kind
    self.charge = charge
    self.streams = streams
    let behind = path.utf8.lastIndex(of: UInt8(ascii: "}")).map { path.utf8.index(after: $0) } ?? path.endIndex
    let bytes = path.utf8.span
    namesModel = bytes.contains("{model}")
    namesDeployment = bytes.contains("{deployment}")
    verb = namesModel ? String(path[behind...].dropFirst()) : ""
    separator = namesModel ? path[behind...].utf8.first ?? 0 : 0
  }
}

/// One call's endpoint.
public struct Endpoint: Sendable {
  public let row: EndpointRow
  /// In the canonical form by which budgets, tables and providers know it.
  public let path: ByteSlice
  /// The question mark and what stands behind it, as it was spelled.
  public let query: ByteSlice
  /// The model, where the path names it.
  public let model: String?

  public init(row: EndpointRow, path: ByteSlice, query: ByteSlice, model: String?) {
    self.row = row
    self.path = path
    self.query = query
    self.model = model
  }

  public var dialect: Dialect { row.dialect }
  public var kind: EndpointRow.Kind { row.kind }

  /// Whether the body must be a JSON object that names a model, or the path names one.
  public var isModelCall: Bool {
    switch kind {
    case .conversation, .completion, .embedding, .rerank, .count, .invocation: true
    case .session, .models, .model, .other: false
    }
  }

  /// Whether the path begins as those of some provider's API do.
  public var isUnderAnAPI: Bool {
    let path = self.path.span
    return path.starts(with: "/v1/") || path.starts(with: "/v1beta/") || path.starts(with: "/v2/")
      || path.starts(with: "/openai/") || !row.path.isEmpty
  }

  /// Nothing is billed for it.
  public var isFree: Bool { row.charge.treatment == .passed }

  /// How a policy names it: as its row does, or by its own path where no row has it.
  public var name: String { row.path.isEmpty ? path.text : row.path }

  /// Whether a reply has output that costs tokens.
  public var generates: Bool {
    if isFree { return false }
    return switch kind {
    case .conversation, .completion, .invocation, .session, .other: true
    case .embedding, .rerank, .count, .models, .model: false
    }
  }
}
