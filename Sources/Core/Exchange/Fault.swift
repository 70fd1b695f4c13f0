// Fault: what went wrong with an exchange, whose it is, and whether another candidate may be tried (failover).

/// Why a chain may move to its next candidate: the words of `failover.on` in the policy.
public enum FailoverTrigger: String, CaseIterable, Hashable, Sendable {
  case rateLimit
  case timeout
  case error
  case budgetExceeded

  /// Those of a chain that names none. A budget's end is left out: a chain meant to save money would spend more of it
  /// elsewhere.
  public static let usual: Set<Self> = [.rateLimit, .timeout, .error]

  /// Every word there is, for people.
  public static var words: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

/// Something that kept an exchange from being answered as asked. Every stage's typed error becomes one of these at the
/// stage's edge; `Rescue` alone turns it into a status and a body.
public struct Fault: Error, Hashable, Sendable {
  /// Who has to do something about it.
  public enum Party: String, Hashable, Sendable {
    case agent
    case provider
    case gateway
  }

  public var party: Party
  /// The HTTP status the agent gets when nothing else answers it.
  public var status: Int
  /// OpenAI's error `type`: invalid_request_error, authentication_error, server_error, ...
  public var type: String
  /// OpenAI's error `code`, a machine's handle on the cause: `unknown_model`, `budget_exceeded`, ...
  public var code: String
  /// The field or header at fault, where there is one.
  public var param: String?
  /// For people: what happened, to what, what to do. Never a key, never prompt text.
  public var message: String
  /// Which failover trigger this is; nil when no other candidate could do better.
  public var trigger: FailoverTrigger?
  /// The method to use in the place of one that is not allowed.
  public var allowedMethod: String?

  public init(
    party: Party, status: Int, type: String, code: String, param: String? = nil, message: String,
    trigger: FailoverTrigger? = nil, allowedMethod: String? = nil
  ) {
    self.party = party
    self.status = status
    self.type = type
    self.code = code
    self.param = param
    self.message = message
    self.trigger = trigger
    self.allowedMethod = allowedMethod
  }
}
