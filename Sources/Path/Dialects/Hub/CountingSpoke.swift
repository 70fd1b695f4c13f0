// CountingSpoke: what each dialect that can count a request's tokens does for the others.

import Bytes
import Conversation
import Exchange
import JSON

/// One dialect's counting of tokens, as `Spoke` is its conversations.
public protocol CountingSpoke {
  // The agent's side.

  /// Reads a request to be counted. Throws a 400 that names the field at fault.
  static func conversation(counting body: ByteSlice, model: ModelName) throws(Fault) -> Conversation

  /// The reply.
  static func body(ofCount count: Int64) -> ByteSlice

  // The provider's side.

  /// The request's body. What cannot be said is left out: nobody answers it.
  static func countingBody(of conversation: Conversation) -> ByteSlice

  /// Reads a whole reply of a good status. Throws where it is none.
  static func count(from body: ByteSlice) throws(ShapeFault) -> Int64
}

extension CountingSpoke where Self: Spoke {
  public static func conversation(counting body: ByteSlice, model: ModelName) throws(Fault) -> Conversation {
    try conversation(from: body, model: model, streams: false)
  }

  /// The members of a request for an answer that its counting takes as well.
  package static func counted(_ conversation: Conversation, _ names: [String]) -> JSONValue {
    var losses = Losses()
    var conversation = conversation
    conversation.streams = false
    let whole = body(of: conversation, losses: &losses)
    guard let members = (try? JSONValue.parse(whole.span))?.members else { return .object([]) }
    return .object(members.filter { names.contains($0.name) })
  }

  package static func count(_ name: String, in body: ByteSlice) throws(ShapeFault) -> Int64 {
    guard let count = try JSONValue.reply(body).tokens(name, in: "") else {
      throw ShapeFault(path: name, problem: "is missing")
    }
    return count.value
  }

  package static func slice(_ value: JSONValue) -> ByteSlice {
    var buffer = ByteBuffer(minimumCapacity: 512)
    value.write(into: &buffer)
    return buffer.take()
  }
}
