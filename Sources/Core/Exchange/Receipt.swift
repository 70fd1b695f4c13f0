// Receipt: what one attempt cost and how it ended, as the ledger keeps it. Never a key, never prompt text.

/// One attempt of one exchange; a refused exchange leaves one receipt without a backend.
public struct Receipt: Hashable, Sendable {
  /// How the amounts on the receipt came to stand.
  public enum State: String, CaseIterable, Hashable, Sendable {
    /// The provider reported its usage.
    case settled
    /// The provider said nothing or was cut off: counted from what flowed.
    case estimated
    /// The attempt failed before it could cost anything.
    case failed
    /// A budget refused the exchange; no provider was asked.
    case refused
  }

  public var request: RequestID
  /// 1 for the first try of an exchange; 0 where none was made.
  public var attempt: Int
  /// When the attempt ended.
  public var endedAt: WallTime
  /// The model the agent asked for.
  public var model: ModelName
  public var backend: BackendName?
  /// The model the backend was asked for.
  public var providerModel: ModelName?
  /// Who paid, as a label: `x-user-id=alice`.
  public var payer: String
  public var usage: Usage
  public var state: State
  /// The HTTP status the agent or, for a failed attempt, the gateway saw; 0 where there was none.
  public var status: Int
  /// Input and output tokens held for the attempt while it ran.
  public var reserved: TokenCount
  /// Microseconds from the attempt's start to its end.
  public var latencyUs: Int64
  /// Microseconds to the first content of the reply; nil where none came.
  public var firstTokenUs: Int64?

  public init(
    request: RequestID, attempt: Int, endedAt: WallTime, model: ModelName, backend: BackendName? = nil,
    providerModel: ModelName? = nil, payer: String, usage: Usage, state: State, status: Int,
    reserved: TokenCount = .zero, latencyUs: Int64 = 0, firstTokenUs: Int64? = nil
  ) {
    self.request = request
    self.attempt = attempt
    self.endedAt = endedAt
    self.model = model
    self.backend = backend
    self.providerModel = providerModel
    self.payer = payer
    self.usage = usage
    self.state = state
    self.status = status
    self.reserved = reserved
    self.latencyUs = latencyUs
    self.firstTokenUs = firstTokenUs
  }
}
