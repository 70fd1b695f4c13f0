// ControlLimits: what one client of the control socket may cost.

/// Every bound of the control socket, on both of its ends.
public enum ControlLimits {
  /// The longest message, without the NUL byte that ends it.
  public static let messageBytesMax = 8 << 20
  /// How many objects and arrays may stand inside each other.
  public static let depthMax = 64
  /// Of a name that a caller made up, this much is repeated to it; a method's name is never longer.
  public static let nameCharactersMax = 200
  /// Connections served at once; a further one is closed when it arrives. Each has one open call at most.
  public static let connectionsMax = 1024
  /// From the first byte of a message to its NUL byte.
  public static let messageMs: Int64 = 30_000
  /// Between two calls. A subscription may be silent for as long as it likes.
  public static let idleMs: Int64 = 600_000
  /// A client that has not taken this much of its replies is disconnected once it takes nothing for `owedMs`. One
  /// that owes less may sleep: it keeps nobody waiting but itself.
  public static let owedBytesMax = 1 << 20
  public static let owedMs: Int64 = 30_000
  /// Events that wait for a watcher, and their bytes; further ones are counted and dropped.
  public static let eventsMax = 256
  public static let eventBytesMax = 1 << 20
  /// Calls of one client of ours that wait for their replies.
  public static let callsInFlightMax = 256
}
