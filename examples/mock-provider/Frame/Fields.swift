// Fields: an object of a request, read as its dialect's provider would read it: every member by name and kind, and no
// member that nobody asked for.

import Bytes
import JSON

/// null counts as left out.
struct Fields {
  let value: JSONValue
  let path: FieldPath
  let dialect: Dialect
  private var asked: Set<String> = []

  /// The outermost object of a body.
  init(parsing body: Span<UInt8>, _ dialect: Dialect) throws(Refusal) {
    let value: JSONValue
    do throws(JSONError) { value = try JSONValue.parse(body) } catch {
      throw .invalid("We could not parse the JSON body of your request: \(error).")
    }
    try self.init(value, FieldPath(), dialect)
  }

  init(_ value: JSONValue, _ path: FieldPath, _ dialect: Dialect) throws(Refusal) {
    self.value = value
    self.path = path
    self.dialect = dialect
    guard value.kind == .object else { throw FieldFault.wrongKind("an object").refusal(at: path, in: dialect) }
  }

  func fault(_ complaint: FieldFault, at name: String) -> Refusal {
    complaint.refusal(at: path.member(name), in: dialect)
  }

  func fault(_ problem: String) -> Refusal { FieldFault.invalid(problem).refusal(at: path, in: dialect) }

  // MARK: members

  mutating func value(_ name: String) -> JSONValue? {
    asked.insert(name)
    if let found = value[name], !found.isNull { return found }
    // Google's APIs take both spellings of a name.
    guard dialect == .gemini else { return nil }
    let snake = name.snakeCased
    asked.insert(snake)
    guard let found = value[snake], !found.isNull else { return nil }
    return found
  }

  mutating func string(_ name: String) throws(Refusal) -> String? {
    guard let found = value(name) else { return nil }
    guard let text = found.string else { throw fault(.wrongKind("a string"), at: name) }
    return text
  }

  mutating func string(_ name: String, among choices: [String]) throws(Refusal) -> String? {
    guard let text = try string(name) else { return nil }
    guard choices.contains(text) else {
      throw fault(
        .invalid("'\(text)' is not one of \(choices.map { "'\($0)'" }.joined(separator: ", "))."), at: name)
    }
    return text
  }

  mutating func integer(_ name: String, in range: ClosedRange<Int> = 0...Int.max) throws(Refusal) -> Int? {
    guard let found = value(name) else { return nil }
    guard let number = found.integer.map(Int.init) ?? found.double.flatMap(Int.init(exactly:)) else {
      throw fault(.wrongKind("an integer"), at: name)
    }
    guard range.contains(number) else {
      let upper = range.upperBound == .max ? "" : " and at most \(range.upperBound)"
      throw fault(.invalid("expected an integer of at least \(range.lowerBound)\(upper)."), at: name)
    }
    return number
  }

  @discardableResult
  mutating func number(_ name: String, in range: ClosedRange<Double>) throws(Refusal) -> Double? {
    guard let found = value(name) else { return nil }
    guard let number = found.double else { throw fault(.wrongKind("a number"), at: name) }
    guard range.contains(number) else {
      throw fault(.invalid("expected a number from \(range.lowerBound) to \(range.upperBound)."), at: name)
    }
    return number
  }

  @discardableResult
  mutating func bool(_ name: String) throws(Refusal) -> Bool? {
    guard let found = value(name) else { return nil }
    guard let flag = found.bool else { throw fault(.wrongKind("a boolean"), at: name) }
    return flag
  }

  mutating func object(_ name: String) throws(Refusal) -> Fields? {
    guard let found = value(name) else { return nil }
    return try Fields(found, path.member(name), dialect)
  }

  mutating func array(_ name: String) throws(Refusal) -> [JSONValue]? {
    guard let found = value(name) else { return nil }
    guard let elements = found.elements else { throw fault(.wrongKind("an array"), at: name) }
    return elements
  }

  mutating func objects(_ name: String) throws(Refusal) -> [Fields]? {
    guard let elements = try array(name) else { return nil }
    var objects: [Fields] = []
    for (index, element) in elements.enumerated() {
      objects.append(try Fields(element, path.member(name).element(index), dialect))
    }
    return objects
  }

  mutating func strings(_ name: String) throws(Refusal) -> [String]? {
    guard let elements = try array(name) else { return nil }
    var texts: [String] = []
    for (index, element) in elements.enumerated() {
      guard let text = element.string else {
        throw FieldFault.wrongKind("a string").refusal(at: path.member(name).element(index), in: dialect)
      }
      texts.append(text)
    }
    return texts
  }

  // MARK: what must be there

  mutating func required(_ name: String) throws(Refusal) -> String {
    guard let text = try string(name) else { throw fault(.missing, at: name) }
    return text
  }

  mutating func required(_ name: String, among choices: [String]) throws(Refusal) -> String {
    guard let text = try string(name, among: choices) else { throw fault(.missing, at: name) }
    return text
  }

  mutating func requiredObject(_ name: String) throws(Refusal) -> Fields {
    guard let fields = try object(name) else { throw fault(.missing, at: name) }
    return fields
  }

  mutating func requiredObjects(_ name: String) throws(Refusal) -> [Fields] {
    guard let objects = try objects(name) else { throw fault(.missing, at: name) }
    return objects
  }

  /// The model, if the knobs know it.
  mutating func model(_ name: String, _ knobs: Knobs) throws(Refusal) -> String {
    let model = try required(name)
    if let models = knobs.models, !models.contains(model) { throw .unknownModel(model) }
    return model
  }

  // MARK: the rest

  /// Members that are taken whatever they hold.
  mutating func ignore(_ names: String...) {
    for name in names { _ = value(name) }
  }

  /// Throws for a member that nobody has asked for.
  func end() throws(Refusal) {
    for member in value.members! where !asked.contains(member.name) && !member.value.isNull {
      throw fault(.unknown, at: member.name)
    }
  }
}

extension String {
  /// `generationConfig` as `generation_config`.
  fileprivate var snakeCased: String {
    var text = ""
    for character in self {
      if character.isUppercase { text += "_" }
      text += character.lowercased()
    }
    return text
  }
}

extension JSONValue {
  /// As JSON text without spaces.
  var compact: String {
    var text = ByteBuffer()
    write(into: &text)
    return String(text.span)
  }
}
