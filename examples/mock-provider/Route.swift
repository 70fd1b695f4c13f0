// Route: what a request's target asks for: knobs, then a place under /v1 or /mock.

import Bytes
import Reactor

/// A target, read once; calls with the same target share it.
final class Route: Sendable {
  enum Place: Equatable {
    case chat
    case completions
    case embeddings
    case models
    case model(String)
    /// Any other path under /v1.
    case other
    case ledger
    case reset
    case nowhere
    case badKnobs(String)
  }

  let target: ByteSlice
  let knobs: Knobs
  /// The target without knobs and query.
  let path: String
  /// The target without knobs.
  let pathAndQuery: String
  let place: Place

  init(_ target: Span<UInt8>) {
    self.target = ByteSlice(copying: target)
    let text = String(target)
    var rest = text[...]
    var knobs = Knobs()
    var problem: String?
    if text.hasPrefix("/~") {
      rest = text.dropFirst(2)
      let end = rest.firstIndex(of: "/") ?? rest.endIndex
      do throws(Knobs.Problem) { knobs = try Knobs(String(rest[..<end])) } catch { problem = error.text }
      rest = rest[end...]
    }
    self.knobs = knobs
    pathAndQuery = String(rest)
    path = String(rest.prefix { $0 != "?" })
    place = problem.map(Place.badKnobs) ?? Self.place(of: path)
  }

  private static func place(of path: String) -> Place {
    switch path {
    case "/v1/chat/completions": .chat
    case "/v1/completions": .completions
    case "/v1/embeddings": .embeddings
    case "/v1/models": .models
    case "/mock/ledger": .ledger
    case "/mock/reset": .reset
    default:
      if path.hasPrefix("/v1/models/") {
        .model(String(path.dropFirst("/v1/models/".count)))
      } else {
        path == "/v1" || path.hasPrefix("/v1/") ? .other : .nowhere
      }
    }
  }
}

/// The routes seen lately, so that a target that comes again is compared and not read.
@EventLoop
struct Routes {
  private static let countMax = 1024
  private var known: [String: Route] = [:]
  private var last: Route?

  mutating func route(to target: Span<UInt8>) -> Route {
    if let last {
      let spelled = last.target
      if spelled.span.equals(target) { return last }
    }
    let text = String(target)
    if let route = known[text] {
      last = route
      return route
    }
    if known.count >= Self.countMax { known.removeAll() }
    let route = Route(target)
    known[text] = route
    last = route
    return route
  }
}
