// JSONValue+Building: documents made of values, members in the order given.

internal import CJansson

extension JSONValue {
  /// An object; of members with the same name the last counts, at the place of the first.
  public static func object(_ members: [(name: String, value: JSONValue)]) -> JSONValue {
    let object = unsafe json_object()!
    for member in members {
      // SAFETY: jansson copies the name and takes over the reference added for it.
      let failed = unsafe member.name.withCString { name in
        unsafe json_object_setn_new_nocheck(
          object, name, member.name.utf8.count, json_incref(member.value.node))
      }
      precondition(failed == 0, "jansson could not add a member: out of memory")
    }
    return unsafe JSONValue(owning: object)
  }

  public static func array(_ elements: [JSONValue]) -> JSONValue {
    let array = unsafe json_array()!
    for element in elements {
      // SAFETY: jansson takes over the reference added for it.
      let failed = unsafe json_array_append_new(array, json_incref(element.node))
      precondition(failed == 0, "jansson could not add an element: out of memory")
    }
    return unsafe JSONValue(owning: array)
  }

  public static func string(_ text: String) -> JSONValue {
    // SAFETY: jansson copies as many bytes as the String has; a String's bytes are valid UTF-8.
    unsafe text.withCString { unsafe JSONValue(owning: json_stringn_nocheck($0, text.utf8.count)!) }
  }

  public static func integer(_ number: Int64) -> JSONValue { unsafe JSONValue(owning: json_integer(number)!) }

  /// A real number, which JSON can only write when it is finite.
  public static func double(_ number: Double) -> JSONValue {
    precondition(number.isFinite, "JSON has no \(number)")
    return unsafe JSONValue(owning: json_real(number)!)
  }

  public static func bool(_ flag: Bool) -> JSONValue {
    unsafe JSONValue(owning: flag ? json_true()! : json_false()!)
  }

  public static var null: JSONValue { unsafe JSONValue(owning: json_null()!) }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(stringLiteral text: String) { self = .string(text) }
  public init(integerLiteral number: Int64) { self = .integer(number) }
  public init(booleanLiteral flag: Bool) { self = .bool(flag) }
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  public init(dictionaryLiteral members: (String, JSONValue)...) {
    self = .object(members.map { (name: $0.0, value: $0.1) })
  }
}
