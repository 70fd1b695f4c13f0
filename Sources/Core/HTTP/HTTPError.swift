// HTTPError: why a message was refused, with the status that says so.

/// Bytes that are not the HTTP they claim to be, or more of them than `HTTPLimits` allows. The connection they came on
/// cannot be read any further: after a request, answer `status` and close; after a reply (always 502), close.
public struct HTTPError: Error, Hashable, Sendable {
  /// The status for the agent: 400, 413, 414, 417, 431, 501, 505; 502 when a provider's reply is at fault.
  public var status: Int
  /// For people: what was wrong and what to do. Never a field's value, never a body.
  public var message: String

  public init(status: Int, _ message: String) {
    self.status = status
    self.message = message
  }
}

/// Whose message is being read; decides the status of a refusal.
enum MessageKind: Sendable {
  case request
  case reply

  /// A message that could be read in two ways, or in none.
  func malformed(_ what: String) -> HTTPError {
    switch self {
    case .request: HTTPError(status: 400, "The request is not valid HTTP/1.1: \(what).")
    case .reply: HTTPError(status: 502, "The provider's reply is not valid HTTP/1.1: \(what).")
    }
  }

  /// A message beyond a limit or a feature this side does not have; `status` is what a request gets.
  func refused(_ status: Int, _ what: String) -> HTTPError {
    switch self {
    case .request: HTTPError(status: status, "The request was refused: \(what).")
    case .reply: HTTPError(status: 502, "The provider's reply was refused: \(what).")
    }
  }
}
