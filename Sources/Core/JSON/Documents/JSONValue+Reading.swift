// JSONValue+Reading: what a value holds; nil when it is of another kind.

import Bytes
internal import CJansson

extension JSONValue {
  public var string: String? {
    guard kind == .string else { return nil }
    // SAFETY: jansson owns `length` bytes of valid UTF-8, copied before the document can go.
    return unsafe String(
      decoding: UnsafeRawBufferPointer(start: json_string_value(node), count: json_string_length(node)), as: UTF8.self)
  }

  /// Lends the bytes of a string, which this is.
  func withText(_ body: (Span<UInt8>) -> Void) {
    precondition(kind == .string, "not a string but \(kind)")
    // SAFETY: jansson owns `length` bytes of valid UTF-8, which stay while `self` holds the document.
    let text = unsafe UnsafeRawBufferPointer(start: json_string_value(node), count: json_string_length(node))
    unsafe body(text.bindMemory(to: UInt8.self).span)
  }

  /// An integer that fits; nil, too, for those beyond Int64.
  public var integer: Int64? {
    guard unsafe node.pointee.type == JSON_INTEGER else { return nil }
    return unsafe json_integer_value(node)
  }

  /// The finite number nearest to the one written, be it an integer or a real.
  public var double: Double? {
    switch kind {
    case .integer, .real: wideKind == nil ? unsafe json_number_value(node) : nearestToWide
    case .object, .array, .string, .boolean, .null: nil
    }
  }

  public var bool: Bool? {
    guard kind == .boolean else { return nil }
    return unsafe node.pointee.type == JSON_TRUE
  }

  public var isNull: Bool { kind == .null }

  /// How many members or elements; 0 for anything else.
  public var count: Int {
    // SAFETY: both answer 0 for a value of another kind.
    unsafe json_object_size(node) + json_array_size(node)
  }

  /// The member `name`; nil when there is none or this is no object.
  public subscript(name: String) -> JSONValue? {
    // SAFETY: jansson compares the name's bytes and answers a borrowed reference into this document.
    let found = unsafe name.withCString { unsafe json_object_getn(node, $0, name.utf8.count) }
    guard let found = unsafe found else { return nil }
    return unsafe JSONValue(found, of: document)
  }

  /// The element at `index`; nil past the end or when this is no array.
  public subscript(index: Int) -> JSONValue? {
    guard index >= 0, let found = unsafe json_array_get(node, index) else { return nil }
    return unsafe JSONValue(found, of: document)
  }

  /// An array's elements in order; nil when this is no array.
  public var elements: [JSONValue]? {
    guard kind == .array else { return nil }
    // SAFETY: indices stay below the array's size, so every element is there.
    return (0..<count).map { unsafe JSONValue(json_array_get(node, $0)!, of: document) }
  }

  /// An object's members in the order they were written; nil when this is no object.
  public var members: [(name: String, value: JSONValue)]? {
    guard kind == .object else { return nil }
    var members: [(name: String, value: JSONValue)] = []
    members.reserveCapacity(count)
    forEachMember { name, value in members.append((String(name), value)) }
    return members
  }

  /// Whether any member's name holds `byte`; false when this is no object.
  public func hasNames(with byte: UInt8) -> Bool {
    if kind != .object { return false }
    var isFound = false
    forEachMember { name, _ in isFound = isFound || name.firstIndex(of: byte) != nil }
    return isFound
  }

  func forEachMember(_ body: (Span<UInt8>, JSONValue) -> Void) {
    // SAFETY: the object does not change, so its iterator, keys and values stay valid; keys hold `length` bytes.
    var iterator = unsafe json_object_iter(node)
    while let member = unsafe iterator {
      let name = unsafe UnsafeRawBufferPointer(
        start: json_object_iter_key(member), count: json_object_iter_key_len(member))
      unsafe body(
        name.bindMemory(to: UInt8.self).span, JSONValue(json_object_iter_value(member), of: document))
      unsafe iterator = json_object_iter_next(node, member)
    }
  }
}

extension JSONValue: Equatable {
  /// The same document: members in any order, 1 and 1.0 different.
  public static func == (one: JSONValue, other: JSONValue) -> Bool {
    unsafe json_equal(one.node, other.node) == 1
  }
}
