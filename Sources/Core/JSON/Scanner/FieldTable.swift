// FieldTable: what a scan found.

/// A member of the scanned object.
public struct Field: Hashable, Sendable {
  private let nameStart: UInt32
  private let nameEnd: UInt32
  public let value: ScannedValue
  /// Another member has the same name. This one is the last, which is what counts; readers that take the first would
  /// see another value.
  public internal(set) var isDuplicated: Bool

  init(name: Range<Int>, value: ScannedValue, isDuplicated: Bool) {
    nameStart = UInt32(name.lowerBound)
    nameEnd = UInt32(name.upperBound)
    self.value = value
    self.isDuplicated = isDuplicated
  }

  /// The name's bytes, quotes included.
  public var name: Range<Int> { Int(nameStart)..<Int(nameEnd) }
}

/// An object's place in a scanned text.
public struct ScannedObject: Hashable, Sendable {
  /// Its bytes, braces included.
  public let range: Range<Int>
  /// All its members, those of the same name counted each.
  public let memberCount: Int
}

/// The wanted members of one object.
public struct FieldTable<Name: FieldName>: Sendable {
  let names: [Name]
  let found: FoundFields

  /// The member `name`, the last of them if there are several; nil when there is none.
  public subscript(name: Name) -> Field? {
    // Through the span: a subscript of the array itself would copy all fields first.
    let fields = found.fields.span
    for position in names.indices where names[position] == name { return fields[position] }
    return nil
  }

  public var object: ScannedObject { found.object }

  /// The first wanted name, in the order of the cases, that occurs more than once.
  public var firstDuplicated: Name? {
    if !found.hasDuplicates { return nil }
    let fields = found.fields.span
    for position in names.indices where fields[position]?.isDuplicated == true { return names[position] }
    return nil
  }
}

/// The same by position, for the scanner's one implementation.
struct FoundFields: Sendable {
  static let countMax = 16

  var fields: InlineArray<16, Field?> = .init(repeating: nil)
  var object: ScannedObject
  /// Some wanted name occurs more than once.
  var hasDuplicates = false
}
