// JSONValue+Shape: members of a provider's reply, read without remembering which were asked for: unknown ones are ignored.

import Bytes
import Exchange
import JSON

extension JSONValue {
  /// A provider's reply, which must be one object.
  package static func reply(_ body: ByteSlice) throws(ShapeFault) -> JSONValue {
    let value: JSONValue
    do throws(JSONError) { value = try JSONValue.parse(body.span) } catch {
      throw ShapeFault(path: "", problem: "is not JSON: \(error.description)")
    }
    guard value.kind == .object else { throw ShapeFault(path: "", problem: "must be an object") }
    return value
  }

  /// The member `name`, unless it is null.
  package func given(_ name: String) -> JSONValue? {
    guard let value = self[name], !value.isNull else { return nil }
    return value
  }

  /// - Parameter path: of this object, asked for only where something is wrong.
  package func string(_ name: String, in path: @autoclosure () -> String) throws(ShapeFault) -> String? {
    guard let value = given(name) else { return nil }
    guard let text = value.string else { throw Self.fault(name, in: path(), "must be a string") }
    return text
  }

  package func integer(_ name: String, in path: @autoclosure () -> String) throws(ShapeFault) -> Int64? {
    guard let value = given(name) else { return nil }
    if let number = value.integer ?? value.double.flatMap({ Int64(exactly: $0) }) { return number }
    throw Self.fault(name, in: path(), "must be an integer")
  }

  package func double(_ name: String, in path: @autoclosure () -> String) throws(ShapeFault) -> Double? {
    guard let value = given(name) else { return nil }
    guard let number = value.double else { throw Self.fault(name, in: path(), "must be a number") }
    return number
  }

  package func bool(_ name: String, in path: @autoclosure () -> String) throws(ShapeFault) -> Bool? {
    guard let value = given(name) else { return nil }
    guard let flag = value.bool else { throw Self.fault(name, in: path(), "must be true or false") }
    return flag
  }

  package func object(_ name: String, in path: @autoclosure () -> String) throws(ShapeFault) -> JSONValue? {
    guard let value = given(name) else { return nil }
    guard value.kind == .object else { throw Self.fault(name, in: path(), "must be an object") }
    return value
  }

  package func array(_ name: String, in path: @autoclosure () -> String) throws(ShapeFault) -> [JSONValue]? {
    guard let value = given(name) else { return nil }
    guard let elements = value.elements else { throw Self.fault(name, in: path(), "must be an array") }
    return elements
  }

  /// An array of objects.
  package func objects(_ name: String, in path: @autoclosure () -> String) throws(ShapeFault) -> [JSONValue]? {
    guard let elements = try array(name, in: path()) else { return nil }
    for (index, element) in elements.enumerated() where element.kind != .object {
      throw Self.fault("\(name)[\(index)]", in: path(), "must be an object")
    }
    return elements
  }

  /// A count of tokens; one below zero counts as absent.
  package func tokens(_ name: String, in path: @autoclosure () -> String) throws(ShapeFault) -> TokenCount? {
    guard let number = try integer(name, in: path()), number >= 0 else { return nil }
    return TokenCount(number)
  }

  private static func fault(_ name: String, in path: String, _ problem: String) -> ShapeFault {
    ShapeFault(path: path.isEmpty ? name : path + "." + name, problem: problem)
  }
}
