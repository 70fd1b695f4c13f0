// ControlCall: what a handler is given: a call whose parameters are as the interface says, and who made it.

import JSON
import Reactor

/// One call, allowed and checked.
public struct ControlCall: Sendable {
  public let caller: PeerCredentials
  public let parameters: CheckedFields
}

/// An object that was held against the interface. Its readers trap when a handler asks for a field that the interface
/// does not declare so, which no caller can bring about.
public struct CheckedFields: Sendable {
  /// All of it, for handlers that pass it on.
  public let json: JSONValue

  init(_ json: JSONValue) { self.json = json }

  public func string(_ name: String) -> String { required(name, optionalString(name)) }
  public func integer(_ name: String) -> Int64 { required(name, optionalInteger(name)) }
  public func bool(_ name: String) -> Bool { required(name, optionalBool(name)) }
  /// A field of type `object`.
  public func document(_ name: String) -> JSONValue { required(name, optionalDocument(name)) }
  /// A field that is a structure.
  public func fields(_ name: String) -> CheckedFields { required(name, optionalFields(name)) }
  /// A field that is an array of structures.
  public func list(_ name: String) -> [CheckedFields] { required(name, value(name)?.elements).map(CheckedFields.init) }
  /// A field that is an array of strings.
  public func strings(_ name: String) -> [String] { required(name, value(name)?.elements).compactMap(\.string) }

  public func optionalString(_ name: String) -> String? { value(name)?.string }
  public func optionalInteger(_ name: String) -> Int64? { value(name)?.integer }
  public func optionalBool(_ name: String) -> Bool? { value(name)?.bool }
  public func optionalDocument(_ name: String) -> JSONValue? { value(name) }
  public func optionalFields(_ name: String) -> CheckedFields? { value(name).map(CheckedFields.init) }

  /// An optional field may be absent or null, which is the same.
  private func value(_ name: String) -> JSONValue? { json[name].flatMap { $0.isNull ? nil : $0 } }

  private func required<Value>(_ name: String, _ value: Value?) -> Value {
    guard let value else { preconditionFailure("the interface does not declare a field \(name) of this type here") }
    return value
  }
}
