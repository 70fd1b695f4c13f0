// Update: one state or event on its way to everyone who subscribed to it.

import Bytes
import JSON
import Reactor

/// Made once and offered to many subscriptions: it is turned into bytes once, and these are shared.
@EventLoop
public final class Update {
  public let json: JSONValue
  /// The reply that carries it.
  lazy var message: ByteSlice = VarlinkReply(json, continues: true).encoded

  public init(_ json: JSONValue) { self.json = json }
}
