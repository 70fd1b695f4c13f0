// GatewayEvent+Alert: an alert as those who watch are told of it.

import Alerts
import JSON

extension GatewayEvent {
  public init(_ alert: Alert) {
    self.init(at: alert.at, kind: .alert, subject: alert.budget.text, message: alert.message, details: alert.details)
  }
}
