// ClientTarget: where a server is and how long it may take.

/// One server's address, and how long it is waited for.
public struct ClientTarget: Hashable, Sendable {
  public struct Timeouts: Hashable, Sendable {
    /// For name look-up, TCP and TLS together.
    public var connectMs: Int64
    /// From the sent request to the reply's head.
    public var firstByteMs: Int64
    /// Between two reads of the reply.
    public var idleMs: Int64

    public init(connectMs: Int64 = 5_000, firstByteMs: Int64 = 60_000, idleMs: Int64 = 60_000) {
      self.connectMs = connectMs
      self.firstByteMs = firstByteMs
      self.idleMs = idleMs
    }
  }

  public var isTLS: Bool
  /// A name or an IP address, without brackets.
  public var host: String
  public var port: UInt16
  /// The value of the Host field.
  public var authority: String
  /// CA certificates trusted instead of the system's.
  public var caFile: String?
  public var timeouts: Timeouts

  public init(
    isTLS: Bool, host: String, port: UInt16, authority: String, caFile: String? = nil, timeouts: Timeouts = Timeouts()
  ) {
    self.isTLS = isTLS
    self.host = host
    self.port = port
    self.authority = authority
    self.caFile = caFile
    self.timeouts = timeouts
  }
}
