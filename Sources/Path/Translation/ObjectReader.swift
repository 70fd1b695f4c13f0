// ObjectReader: the members of a JSON object, each asked for by name and kind, and those that nobody asked for.

import Bytes
import JSON

/// An object being read. null counts as absent everywhere.
struct ObjectReader {
  /// How members may be spelled.
  enum Names {
    case asAsked
    /// Asked for in camel case, they may stand there in snake case, as in all of Google's JSON
    /// (protobuf.dev/programming-guides/json).
    case camelOrSnake
  }

  let value: JSONValue
  /// `messages[2]`; empty for the outermost.
  let path: String
  let names: Names
  private var asked: Set<String> = []
  /// What stands there in snake case, by its name in camel case.
  private let snakes: [String: String]

  init(_ value: JSONValue, at path: String = "", names: Names = .asAsked) throws(ShapeFault) {
    guard value.kind == .object else { throw ShapeFault(path: path, problem: "must be an object") }
    self.value = value
    self.path = path
    self.names = names
    snakes = names == .asAsked ? [:] : Self.snakes(in: value)
    if let twice = snakes.keys.first(where: { value[$0] != nil }) { throw fault(twice, "is given twice") }
  }

  /// The outermost object of a text. Throws for what is not one object, and for members given twice.
  init(parsing body: ByteSlice, names: Names = .asAsked) throws(ShapeFault) {
    let value: JSONValue
    do throws(JSONError) { value = try JSONValue.parse(body.span, rejectingDuplicates: true) } catch {
      throw ShapeFault(path: "", problem: "is not JSON: \(error.description)")
    }
    try self.init(value, names: names)
  }

  private static func snakes(in value: JSONValue) -> [String: String] {
    var snakes: [String: String] = [:]
    for member in value.members ?? [] where member.name.utf8.dropFirst().contains(UInt8(ascii: "_")) {
      let words = member.name.split(separator: "_", omittingEmptySubsequences: false)
      snakes[words[0] + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()] = member.name
    }
    return snakes
  }

  /// `path.name`
  func path(to name: String) -> String { path.isEmpty ? name : path + "." + name }

  func fault(_ name: String, _ problem: String) -> ShapeFault { ShapeFault(path: path(to: name), problem: problem) }

  mutating func value(_ name: String) -> JSONValue? {
    let name = snakes[name] ?? name
    asked.insert(name)
    guard let found = value[name], !found.isNull else { return nil }
    return found
  }

  mutating func string(_ name: String) throws(ShapeFault) -> String? {
    guard let found = value(name) else { return nil }
    guard let text = found.string else { throw fault(name, "must be a string") }
    return text
  }

  mutating func integer(_ name: String) throws(ShapeFault) -> Int64? {
    guard let found = value(name) else { return nil }
    if let number = found.integer { return number }
    // 5.0 is 5 to every provider.
    if let number = found.double, let whole = Int64(exactly: number) { return whole }
    throw fault(name, "must be an integer")
  }

  mutating func double(_ name: String) throws(ShapeFault) -> Double? {
    guard let found = value(name) else { return nil }
    guard let number = found.double else { throw fault(name, "must be a number") }
    return number
  }

  mutating func bool(_ name: String) throws(ShapeFault) -> Bool? {
    guard let found = value(name) else { return nil }
    guard let flag = found.bool else { throw fault(name, "must be true or false") }
    return flag
  }

  mutating func object(_ name: String) throws(ShapeFault) -> ObjectReader? {
    guard let found = value(name) else { return nil }
    return try ObjectReader(found, at: path(to: name), names: names)
  }

  mutating func array(_ name: String) throws(ShapeFault) -> [JSONValue]? {
    guard let found = value(name) else { return nil }
    guard let elements = found.elements else { throw fault(name, "must be an array") }
    return elements
  }

  /// An array of objects.
  mutating func objects(_ name: String) throws(ShapeFault) -> [ObjectReader]? {
    guard let elements = try array(name) else { return nil }
    var objects: [ObjectReader] = []
    objects.reserveCapacity(elements.count)
    for (index, element) in elements.enumerated() {
      objects.append(try ObjectReader(element, at: "\(path(to: name))[\(index)]", names: names))
    }
    return objects
  }

  /// An array of strings.
  mutating func strings(_ name: String) throws(ShapeFault) -> [String]? {
    guard let elements = try array(name) else { return nil }
    var texts: [String] = []
    for (index, element) in elements.enumerated() {
      guard let text = element.string else { throw fault("\(name)[\(index)]", "must be a string") }
      texts.append(text)
    }
    return texts
  }

  mutating func required(_ name: String) throws(ShapeFault) -> String {
    guard let text = try string(name) else { throw fault(name, "is missing") }
    return text
  }

  /// Members that were given and never asked for, by name.
  var unread: [String] {
    guard value.count > asked.count || value.members!.contains(where: { !asked.contains($0.name) }) else { return [] }
    return value.members!.filter { !asked.contains($0.name) && !$0.value.isNull }.map(\.name)
  }
}
