// ClientFault+Trigger: what a chain makes of a backend that could not be reached.

import Client
import Exchange

extension ClientFault {
  /// Which failover trigger this is; nil when it is nobody's fault.
  public var trigger: FailoverTrigger? {
    switch self {
    case .timedOut: .timeout
    case .interrupted: nil
    case .unreachable, .broken, .tls, .malformed, .noCredential: .error
    }
  }
}
