// VarlinkReply: what came of a call, as it stands in one message (varlink.org/Method-Call).

import Bytes
import JSON

/// One reply: results, or the parameters of an error.
public struct VarlinkReply: Sendable {
  public var parameters: JSONValue
  /// More replies to the same call follow.
  public var continues: Bool
  /// Fully qualified: `io.aigw.Control.UnknownBudget`; nil when the call went well.
  public var error: String?

  public init(_ parameters: JSONValue, continues: Bool = false) {
    self.parameters = parameters
    self.continues = continues
  }

  public init(_ error: ControlError) {
    self.error = error.name
    parameters = error.parameters
    continues = false
  }

  /// Throws `badMember` for one of the wrong type.
  public init(reading message: JSONValue) throws(MessageError) {
    parameters = try VarlinkCall.object("parameters", of: message)
    continues = try VarlinkCall.flag("continues", of: message)
    guard let error = message["error"], !error.isNull else { return }
    guard let name = error.string else { throw .badMember("error") }
    self.error = name
  }

  /// The message, with its NUL byte. `parameters` is always in it: there are clients that do not read replies without.
  public var encoded: ByteSlice {
    var buffer = ByteBuffer()
    buffer.append("{\"parameters\":")
    parameters.write(into: &buffer)
    if continues { buffer.append(",\"continues\":true") }
    if let error {
      buffer.append(",\"error\":")
      JSONText.appendQuoted(error, to: &buffer)
    }
    buffer.append("}")
    buffer.append(byte: 0)
    return buffer.take()
  }
}
