// VarlinkCall: a method's name and parameters, as they stand in one message (varlink.org/Method-Call).

import Bytes
import JSON

/// One call. Members that Varlink does not know are ignored; those it knows must be of their type.
public struct VarlinkCall: Sendable {
  /// Fully qualified: `io.aigw.Control.GetPolicy`.
  public var method: String
  public var parameters: JSONValue
  /// The caller takes several replies to this call.
  public var wantsMore: Bool
  /// The caller wants no reply, not even an error.
  public var isOneway: Bool
  /// The caller wants to speak something else on this connection afterwards.
  public var wantsUpgrade = false

  public init(_ method: String, _ parameters: JSONValue = [:], wantsMore: Bool = false, isOneway: Bool = false) {
    self.method = method
    self.parameters = parameters
    self.wantsMore = wantsMore
    self.isOneway = isOneway
  }

  /// Throws `badMember` for one that is missing, of the wrong type or too long.
  public init(reading message: JSONValue) throws(MessageError) {
    guard let method = message["method"]?.string, method.utf8.count <= ControlLimits.nameCharactersMax else {
      throw .badMember("method")
    }
    self.method = method
    parameters = try Self.object("parameters", of: message)
    wantsMore = try Self.flag("more", of: message)
    isOneway = try Self.flag("oneway", of: message)
    wantsUpgrade = try Self.flag("upgrade", of: message)
  }

  /// `io.aigw.Control` of `io.aigw.Control.GetPolicy`; empty when there is no dot.
  public var interface: String { method.lastIndex(of: ".").map { String(method[..<$0]) } ?? "" }

  /// `GetPolicy` of `io.aigw.Control.GetPolicy`.
  public var member: String { method.lastIndex(of: ".").map { String(method[method.index(after: $0)...]) } ?? method }

  /// The message, with its NUL byte.
  public var encoded: ByteSlice {
    var buffer = ByteBuffer()
    buffer.append("{\"method\":")
    JSONText.appendQuoted(method, to: &buffer)
    buffer.append(",\"parameters\":")
    parameters.write(into: &buffer)
    if wantsMore { buffer.append(",\"more\":true") }
    if isOneway { buffer.append(",\"oneway\":true") }
    if wantsUpgrade { buffer.append(",\"upgrade\":true") }
    buffer.append("}")
    buffer.append(byte: 0)
    return buffer.take()
  }

  /// The object `name`, empty where it is absent or null, as some clients write it.
  static func object(_ name: String, of message: JSONValue) throws(MessageError) -> JSONValue {
    guard let value = message[name], !value.isNull else { return [:] }
    if value.kind != .object { throw .badMember(name) }
    return value
  }

  static func flag(_ name: String, of message: JSONValue) throws(MessageError) -> Bool {
    guard let value = message[name], !value.isNull else { return false }
    guard let flag = value.bool else { throw .badMember(name) }
    return flag
  }
}
