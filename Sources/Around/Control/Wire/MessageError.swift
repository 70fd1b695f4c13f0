// MessageError: why what a peer sent is no message.

import JSON

/// A peer that does not speak Varlink. The text never quotes what it sent: that may hold a key.
public enum MessageError: Error, Hashable, Sendable {
  case tooLarge(bytesMax: Int)
  case tooDeep(depthMax: Int)
  case empty
  case malformed(JSONError)
  case notAnObject
  /// A member that calls or replies have is missing, of the wrong type or too long.
  case badMember(String)
}

extension MessageError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooLarge(let bytesMax): "the message is longer than \(bytesMax) bytes"
    case .tooDeep(let depthMax): "the message is nested more than \(depthMax) levels deep"
    case .empty: "the message is empty: two NUL bytes, or one before the first message"
    case .malformed(let error): "the message is not JSON: \(error)"
    case .notAnObject: "the message is JSON, but not an object"
    case .badMember(let name): "the message's member \(name) is missing, of the wrong type or too long"
    }
  }
}
