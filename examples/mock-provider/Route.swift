// Route: what a request's target asks for: knobs, then a provider's endpoint or a place under /mock.

import Bytes
import Reactor

/// A target, read once; calls with the same target share it.
final class Route: Sendable {
  enum Place: Equatable {
    case door(Door)
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
  /// What follows the question mark.
  let query: String
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
    query = String(rest.drop { $0 != "?" }.dropFirst())
    place = problem.map(Place.badKnobs) ?? Self.place(of: path, query: query)
  }

  /// Whose words an error is in.
  var dialect: Dialect {
    if case .door(let door) = place { door.dialect } else { .openAI }
  }

  private static func place(of path: String, query: String) -> Place {
    switch path {
    case "/mock/ledger": .ledger
    case "/mock/reset": .reset
    default: Door(path: path, query: query).map(Place.door) ?? .nowhere
    }
  }

  /// The value of a parameter of the query.
  func parameter(_ name: String) -> String? {
    for pair in query.split(separator: "&") where pair.hasPrefix(name + "=") {
      return String(pair.dropFirst(name.count + 1)).percentDecoded
    }
    return nil
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
