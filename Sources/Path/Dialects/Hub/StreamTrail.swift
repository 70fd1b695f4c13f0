// StreamTrail: what the events of a stream said that the gateway must go on with where it ends the stream itself.

import Bytes
import Exchange

/// Only responses number their events and name themselves in the last one; of other dialects nothing is kept.
public struct StreamTrail: Sendable {
  /// Of the newest event; -1 before the first.
  package private(set) var sequence: Int64 = -1
  /// The event in which the response was created.
  package private(set) var beginning: ByteSlice?

  public init() {}

  /// An event with this payload goes to the agent.
  public mutating func passed(_ event: StreamEvent, _ data: ByteSlice) {
    guard let number = event.sequence else { return }
    sequence = number
    // A copy: a slice would keep the whole buffer of what arrived.
    if beginning == nil { beginning = ByteSlice(copying: data.span) }
  }
}
