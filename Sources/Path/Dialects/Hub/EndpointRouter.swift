// EndpointRouter: finds the row of a request among the tables of all dialects.

import Bytes
import Exchange
import HTTP

/// Paths by their segments (a trie), made once. A literal segment comes before one that names something.
public final class EndpointRouter: Sendable {
  /// One place in the paths.
  private struct Node {
    var literals: [(name: [UInt8], node: Int)] = []
    /// Where one segment of any name leads.
    var any: Int?
    /// Rows whose path ends in the name of a model, or in the model's method behind it.
    var models: [EndpointRow] = []
    /// Rows whose path ends here.
    var rows: [EndpointRow] = []
  }

  private struct Found {
    var rows: [EndpointRow]
    /// Where the path has the model's name.
    var model: Range<Int>?
    /// Where a model's method was expected: the rows that have one.
    var methods: [EndpointRow] = []
  }

  private let nodes: [Node]
  private let unknown: [Dialect: EndpointRow]

  public init(_ rows: [EndpointRow]) {
    var nodes = [Node()]
    for row in rows {
      var at = 0
      let pattern = row.path.utf8.split(separator: UInt8(ascii: "/"))
      for segment in pattern {
        if segment.starts(with: "{model}".utf8) { break }
        if segment.first == UInt8(ascii: "{") {
          if nodes[at].any == nil {
            nodes.append(Node())
            nodes[at].any = nodes.count - 1
          }
          at = nodes[at].any!
        } else if let next = nodes[at].literals.first(where: { $0.name.elementsEqual(segment) }) {
          at = next.node
        } else {
          nodes.append(Node())
          nodes[at].literals.append((Array(segment), nodes.count - 1))
          at = nodes.count - 1
        }
      }
      if row.namesModel { nodes[at].models.append(row) } else { nodes[at].rows.append(row) }
    }
    self.nodes = nodes
    unknown = Dictionary(
      uniqueKeysWithValues: Dialect.allCases.map { ($0, EndpointRow($0, [], "", .other, .unknown)) })
  }

  /// What `request` asks for.
  ///
  /// - Throws: 400 for a path that another server could read as another path, 404 for a method no model has, 405 for a
  ///   model's path with the wrong method and for TRACE.
  public func endpoint(of request: Request) throws(Fault) -> Endpoint {
    let target = request.targetBytes
    let spelled = request.path
    let query = target.slice(spelled.count..<target.count)
    let path = try CanonicalPath.rewriting(spelled) ?? target.slice(0..<spelled.count)
    // What comes back of TRACE is the request, the provider's key in it (RFC 9110 9.3.8).
    if request.methodName.equals("TRACE") { throw Self.notAllowed(request, "GET") }
    let bytes = path.span
    let speaks = Self.dialect(of: bytes, request.head)
    guard let found = find(bytes, from: 1, at: 0) else {
      if bytes.contains("%2F") { throw CanonicalPath.notCanonical(bytes) }
      return Endpoint(row: unknown[speaks]!, path: path, query: query, model: nil)
    }
    let methods = EndpointRow.Methods(request.method)
    let rows = found.rows.filter { !$0.methods.isDisjoint(with: methods) }
    guard let row = rows.first(where: { $0.dialect == speaks }) ?? rows.first else {
      if methods == .post, !found.methods.isEmpty { throw Self.unknownMethod(bytes, found.methods) }
      let isModels = found.rows.allSatisfy { $0.kind != .other && $0.kind != .session && $0.kind != .model }
      guard isModels else { return Endpoint(row: unknown[speaks]!, path: path, query: query, model: nil) }
      let allowed = found.rows.reduce(into: EndpointRow.Methods()) { $0.formUnion($1.methods) }
      throw Self.notAllowed(request, allowed.names)
    }
    guard let range = found.model else {
      if bytes.contains("%2F") { throw CanonicalPath.notCanonical(bytes) }
      return Endpoint(row: row, path: path, query: query, model: nil)
    }
    guard let model = bytes.extracting(range).percentDecoded, Self.isName(model) else { throw Self.noName(bytes) }
    return Endpoint(row: row, path: path, query: query, model: model)
  }

  /// `start` is where the next segment begins.
  private func find(_ path: Span<UInt8>, from start: Int, at place: Int) -> Found? {
    if start > path.count { return nodes[place].rows.isEmpty ? nil : Found(rows: nodes[place].rows) }
    let rest = path.extracting(start..<path.count)
    let end = start + (rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.count)
    let segment = path.extracting(start..<end)
    for literal in nodes[place].literals where literal.name.count == segment.count && segment.equals(literal.name.span)
    {
      if let found = find(path, from: end + 1, at: literal.node) { return found }
    }
    if !nodes[place].models.isEmpty, let found = modelCall(path, from: start, among: nodes[place].models) {
      return found
    }
    guard let any = nodes[place].any, !segment.isEmpty, var found = find(path, from: end + 1, at: any)
    else { return nil }
    if found.model == nil, found.rows[0].namesDeployment { found.model = start..<end }
    return found
  }

  /// The model's name is what stands before the last `:method` or `/method` that some row has; a row without a method takes
  /// all of it.
  private func modelCall(_ path: Span<UInt8>, from start: Int, among rows: [EndpointRow]) -> Found? {
    var all: [EndpointRow] = []
    for row in rows {
      let verb = row.verb.utf8.span
      let end = path.count - verb.count - 1
      if verb.isEmpty {
        all.append(row)
        continue
      }
      guard end > start, path.extracting(end + 1..<path.count).equals(verb) else { continue }
      guard path[end] == row.separator else { continue }
      return Found(rows: rows.filter { $0.verb == row.verb }, model: start..<end)
    }
    if start >= path.count { return nil }
    return Found(rows: all, model: start..<path.count, methods: rows.filter { !$0.verb.isEmpty })
  }

  /// The language of a request, its path known or not. Anthropic's SDKs say by a header which version they speak, and
  /// its API shares `/v1/models` and `/v1/files` with OpenAI's.
  public static func dialect(of request: Request) -> Dialect { dialect(of: request.path, request.head) }

  private static func dialect(of path: Span<UInt8>, _ head: Head) -> Dialect {
    switch true {
    case path.starts(with: "/v1beta/") && !path.starts(with: "/v1beta/openai/"): .gemini
    case path.starts(with: "/v1alpha/"), path.starts(with: "/v1beta1/"), path.starts(with: "/upload/"): .gemini
    case path.starts(with: "/v1/messages"), path.starts(with: "/anthropic/"): .anthropic
    case path.starts(with: "/v1/responses"), path.starts(with: "/openai/v1/responses"): .responses
    case path.starts(with: "/model/"): .bedrock
    case path.starts(with: "/v2/"): .cohere
    default: head.firstIndex(of: "anthropic-version") != nil ? .anthropic : .openAI
    }
  }

  private static func isName(_ model: String) -> Bool {
    !model.isEmpty && model.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F && $0 != "%" }
      && !model.utf8.span.contains("..")
  }

  private static func unknownMethod(_ path: Span<UInt8>, _ rows: [EndpointRow]) -> Fault {
    var verbs: [String] = []
    for row in rows where !verbs.contains(row.verb) { verbs.append(row.verb) }
    return Fault(
      party: .agent, status: 404, type: "invalid_request_error", code: "unknown_method",
      message: "\(String(path)) is not served here; the methods of a model are \(verbs.joined(separator: ", ")).")
  }

  private static func noName(_ path: Span<UInt8>) -> Fault {
    Fault(
      party: .agent, status: 400, type: "invalid_request_error", code: "invalid_model", param: "model",
      message:
        "\(String(path)) names no model that could be asked for: a name has no %, no .. and no control characters.")
  }

  private static func notAllowed(_ request: Request, _ names: String) -> Fault {
    Fault(
      party: .agent, status: 405, type: "invalid_request_error", code: "method_not_allowed",
      message: "\(String(request.methodName)) \(String(request.path)) is not allowed; use \(names).",
      allowedMethod: names)
  }
}
