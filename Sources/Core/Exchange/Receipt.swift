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
  /// Who paid, as a label: `user=alice team=eng`; the pod where nobody else is known, empty where not even that.
  public var payer: String
  /// Who paid, field by field, for sums; nil where nobody said.
  public var user: String?
  public var team: String?
  public var tenant: String?
  public var pod: String?
  /// The sidecar that carried the attempt, as people name it; nil on its own records.
  public var sidecar: String?
  public var usage: Usage
  /// What the attempt cost; nil where no price was known, which is not the same as nothing.
  public var cost: NanoDollars?
  /// The prices that `cost` was worked out from, each per million tokens as a decimal string, so that it can be worked
  /// out again from this receipt alone; nil where no price was known.
  public var priceRow: String?
  /// The provider reported what cannot be: negative counts, a total that is not its parts, more than fits a number.
  public var isDisputed: Bool
  public var state: State
  /// The HTTP status the agent or, for a failed attempt, the gateway saw; 0 where there was none.
  public var status: Int
  /// Input and output tokens held for the attempt while it ran.
  public var reserved: TokenCount
  /// The output bound that was sent up because the budgets had room for no more; nil when the agent's own bound stood.
  public var fittedOutput: TokenCount?
  /// Microseconds from the attempt's start to its end.
  public var latencyUs: Int64
  /// Time to first token, in microseconds: to the first content of the reply; nil where none came.
  public var firstTokenUs: Int64?
  /// How it was decided: a small JSON object for `why`.
  public var details: String?

  public init(
    request: RequestID, attempt: Int, endedAt: WallTime, model: ModelName, backend: BackendName? = nil,
    providerModel: ModelName? = nil, payer: String, user: String? = nil, team: String? = nil,
    tenant: String? = nil, pod: String? = nil, sidecar: String? = nil, usage: Usage, cost: NanoDollars? = nil,
    priceRow: String? = nil, isDisputed: Bool = false, state: State, status: Int, reserved: TokenCount = .zero,
    fittedOutput: TokenCount? = nil, latencyUs: Int64 = 0, firstTokenUs: Int64? = nil, details: String? = nil
  ) {
    self.request = request
    self.attempt = attempt
    self.endedAt = endedAt
    self.model = model
    self.backend = backend
    self.providerModel = providerModel
    self.payer = payer
    self.user = user
    self.team = team
    self.tenant = tenant
    self.pod = pod
    self.sidecar = sidecar
    self.usage = usage
    self.cost = cost
    self.priceRow = priceRow
    self.isDisputed = isDisputed
    self.state = state
    self.status = status
    self.reserved = reserved
    self.fittedOutput = fittedOutput
    self.latencyUs = latencyUs
    self.firstTokenUs = firstTokenUs
    self.details = details
  }
}
