// Report: what a sidecar tells from time to time: how it is, what it spent, what happened, what it was asked.

import Control
import Exchange
import JSON

/// The parameters of the method Report, read as a whole or not at all.
struct Report {
  struct Answer {
    let ticket: Ticket
    /// nil where it knows nothing of the call.
    let explanation: JSONValue?
  }

  let status: SidecarStatus?
  let receipts: [Receipt]
  let events: [GatewayEvent]
  let answers: [Answer]

  /// Throws which part is none: `receipts[3]`.
  init(_ fields: CheckedFields) throws(ControlError) {
    if let given = fields.optionalDocument("status") {
      guard let status = SidecarStatus(given) else { throw .invalidParameter("status") }
      self.status = status
    } else {
      status = nil
    }
    receipts = try Self.read("receipts", of: fields, countMax: Limits.receiptsPerReportMax) { Receipt($0) }
    events = try Self.read("events", of: fields, countMax: Limits.eventsPerReportMax) { GatewayEvent($0) }
    answers = try Self.read("answers", of: fields, countMax: Limits.questionsMax) { answer in
      guard let ticket = answer.number("ticket") else { return nil }
      let isFound = answer["found"]?.bool ?? false
      return Answer(ticket: Ticket(number: ticket), explanation: isFound ? answer["explanation"] ?? [:] : nil)
    }
  }

  private static func read<Element>(
    _ name: String, of fields: CheckedFields, countMax: Int, _ element: (JSONValue) -> Element?
  ) throws(ControlError) -> [Element] {
    let list = fields.list(name)
    if list.count > countMax { throw .invalidParameter(name) }
    var elements: [Element] = []
    for (index, one) in list.enumerated() {
      guard let read = element(one.json) else { throw .invalidParameter("\(name)[\(index)]") }
      elements.append(read)
    }
    return elements
  }
}
