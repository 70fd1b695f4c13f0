// Lease+JSON: the types Wish, Grant and Recall of the interface, read and written.

import Exchange
import JSON

extension MeterName {
  fileprivate var members: [(name: String, value: JSONValue?)] {
    [("budget", .string(budget.text)), ("measure", .string(measure)), ("key", .string(key))]
  }

  fileprivate init?(_ json: JSONValue) {
    guard let budget = json.text("budget"), let measure = json.text("measure"), let key = json.text("key") else {
      return nil
    }
    self.init(budget: BudgetName(budget), measure: measure, key: key)
  }
}

extension LeaseWish {
  public var json: JSONValue {
    .present(
      meter.members + [
        ("serial", .integer(serial)), ("granted", .integer(counters.granted)), ("spent", .integer(counters.spent)),
        ("returned", .integer(counters.returned)), ("needs", .integer(needs)), ("wants", .integer(wants)),
      ])
  }

  /// nil when a field is missing. Numbers are taken as they come: the desk of the authority is proof against any.
  public init?(_ json: JSONValue) {
    guard let meter = MeterName(json), let serial = json.number("serial"), let granted = json.number("granted"),
      let spent = json.number("spent"), let returned = json.number("returned"), let needs = json.number("needs"),
      let wants = json.number("wants")
    else { return nil }
    self.init(
      meter: meter, serial: serial, counters: LeaseCounters(granted: granted, spent: spent, returned: returned),
      needs: needs, wants: wants)
  }
}

extension LeaseGrant {
  public var json: JSONValue {
    .present(
      meter.members + [
        ("serial", .integer(serial)), ("granted", .integer(granted)), ("used", .integer(used)),
        ("reserved", .integer(reserved)), ("limit", .integer(limit)), ("recalled", .integer(recalled)),
        ("retryAfter", .number(retryAfterMs)), ("resetsAt", .integer(resetsAt.milliseconds)),
      ])
  }

  public init?(_ json: JSONValue) {
    guard let meter = MeterName(json), let serial = json.number("serial"), let granted = json.number("granted"),
      let used = json.number("used"), let reserved = json.number("reserved"), let limit = json.number("limit"),
      let recalled = json.number("recalled"), let resetsAt = json.number("resetsAt")
    else { return nil }
    self.init(
      meter: meter, serial: serial, granted: granted, used: used, reserved: reserved, limit: limit, recalled: recalled,
      retryAfterMs: json.number("retryAfter"), resetsAt: WallTime(milliseconds: resetsAt))
  }
}

extension MeterName {
  /// The type Recall.
  public var recall: JSONValue { .present(members) }

  public init?(recall: JSONValue) { self.init(recall) }
}
