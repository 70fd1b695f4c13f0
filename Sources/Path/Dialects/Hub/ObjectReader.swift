// ObjectReader: the members of a JSON object, each asked for by name and kind, and those that nobody asked for.

import Bytes
import JSON

/// An object being read. null counts as absent everywhere.
package struct ObjectReader {
  /// How members may be spelled.
  package enum Names {
    case asAsked
    /// Asked for in camel case, they may stand there in snake case, as in all of Google's JSON
    /// (protobuf.dev/programming-guides/json).
    case camelOrSnake
  }

  /// Where an object stands, put into words only for those who ask.
  private indirect enum Place {
    case path(String)
    case member(Place, String)
    case element(Place, String, Int)

    var text: String {
      switch self {
      case .path(let path): return path
      case .member(let place, let name): return place.text(to: name)
      case .element(let place, let name, let index): return "\(place.text(to: name))[\(index)]"
      }
    }

    func text(to name: String) -> String {
      let path = text
      return path.isEmpty ? name : path + "." + name
    }
  }

  package let value: JSONValue
  package let names: Names
  private let place: Place
  private let count: Int
  /// The members that were asked for and are there.
  private var read: [String] = []
  /// What stands there in snake case, by its name in camel case.
  private let snakes: [String: String]

  package init(_ value: JSONValue, at path: String = "", names: Names = .asAsked) throws(ShapeFault) {
    try self.init(value, at: .path(path), names: names)
  }

  private init(_ value: JSONValue, at place: Place, names: Names) throws(ShapeFault) {
    guard value.kind == .object else { throw ShapeFault(path: place.text, problem: "must be an object") }
    self.value = value
    self.place = place
    count = value.count
    self.names = names
    snakes = names == .asAsked ? [:] : Self.snakes(in: value)
    if let twice = snakes.keys.first(where: { value[$0] != nil }) { throw fault(twice, "is given twice") }
  }

  /// The outermost object of a text. Throws for what is not one object, and for members given twice.
  package init(parsing body: ByteSlice, names: Names = .asAsked) throws(ShapeFault) {
    let value: JSONValue
    do throws(JSONError) { value = try JSONValue.parse(body.span, rejectingDuplicates: true) } catch {
      throw ShapeFault(path: "", problem: "is not JSON: \(error.description)")
    }
    try self.init(value, names: names)
  }

  private static func snakes(in value: JSONValue) -> [String: String] {
    var snakes: [String: String] = [:]
    if !value.hasNames(with: UInt8(ascii: "_")) { return snakes }
    for member in value.members ?? [] where member.name.utf8.dropFirst().contains(UInt8(ascii: "_")) {
      let words = member.name.split(separator: "_", omittingEmptySubsequences: false)
      snakes[words[0] + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()] = member.name
    }
    return snakes
  }

  /// `messages[2]`; empty for the outermost.
  package var path: String { place.text }

  /// `path.name`
  package func path(to name: String) -> String { place.text(to: name) }

  package func fault(_ name: String, _ problem: String) -> ShapeFault {
    ShapeFault(path: path(to: name), problem: problem)
  }

  package mutating func value(_ name: String) -> JSONValue? {
    let name = snakes.isEmpty ? name : snakes[name] ?? name
    // Once all is found that is there, there is nothing to look for.
    if read.count == count, !read.contains(name) { return nil }
    guard let found = value[name] else { return nil }
    if !read.contains(name) { read.append(name) }
    return found.isNull ? nil : found
  }

  package mutating func string(_ name: String) throws(ShapeFault) -> String? {
    guard let found = value(name) else { return nil }
    guard let text = found.string else { throw fault(name, "must be a string") }
    return text
  }

  package mutating func integer(_ name: String) throws(ShapeFault) -> Int64? {
    guard let found = value(name) else { return nil }
    if let number = found.integer { return number }
    // 5.0 is 5 to every provider.
    if let number = found.double, let whole = Int64(exactly: number) { return whole }
    throw fault(name, "must be an integer")
  }

  package mutating func double(_ name: String) throws(ShapeFault) -> Double? {
    guard let found = value(name) else { return nil }
    guard let number = found.double else { throw fault(name, "must be a number") }
    return number
  }

  package mutating func bool(_ name: String) throws(ShapeFault) -> Bool? {
    guard let found = value(name) else { return nil }
    guard let flag = found.bool else { throw fault(name, "must be true or false") }
    return flag
  }

  package mutating func object(_ name: String) throws(ShapeFault) -> ObjectReader? {
    guard let found = value(name) else { return nil }
    return try ObjectReader(found, at: .member(place, name), names: names)
  }

  package mutating func array(_ name: String) throws(ShapeFault) -> [JSONValue]? {
    guard let found = value(name) else { return nil }
    guard let elements = found.elements else { throw fault(name, "must be an array") }
    return elements
  }

  /// An array of objects.
  package mutating func objects(_ name: String) throws(ShapeFault) -> [ObjectReader]? {
    guard let elements = try array(name) else { return nil }
    var objects: [ObjectReader] = []
    objects.reserveCapacity(elements.count)
    for (index, element) in elements.enumerated() {
      objects.append(try ObjectReader(element, at: .element(place, name, index), names: names))
    }
    return objects
  }

  /// An array of strings.
  package mutating func strings(_ name: String) throws(ShapeFault) -> [String]? {
    guard let elements = try array(name) else { return nil }
    var texts: [String] = []
    for (index, element) in elements.enumerated() {
      guard let text = element.string else { throw fault("\(name)[\(index)]", "must be a string") }
      texts.append(text)
    }
    return texts
  }

  package mutating func required(_ name: String) throws(ShapeFault) -> String {
    guard let text = try string(name) else { throw fault(name, "is missing") }
    return text
  }

  /// Members that were given and never asked for, by name, but those that ask for nothing.
  package var unread: [String] {
    if read.count == value.count { return [] }
    return value.members!.filter { !read.contains($0.name) && !UsualValue.holds($0.name, $0.value) }.map(\.name)
  }
}
