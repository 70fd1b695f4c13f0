// ToldArchive: which alerts were told, kept on disk so that a restart does not tell them again.

import Bytes
import Exchange
import JSON
import Reactor

/// `alerts.json` in the state folder. It spares people an alert twice and nothing else: a file that is lost, damaged or
/// a few seconds old makes them hear something again. Blocking: for start-up and the worker pool.
struct ToldArchive: Sendable {
  let folder: String

  private var path: String { folder + "/alerts.json" }

  /// What was told; nothing when there is no file, or none that can be read.
  func load() -> [ToldAlerts] {
    guard let bytes = try? Files.read(path, bytesMax: AlertLimits.archiveBytesMax),
      let root = try? JSONValue.parse(bytes.span)
    else { return [] }
    return (root["told"]?.elements ?? []).compactMap { ToldAlerts($0) }
  }

  func save(_ told: [ToldAlerts]) throws(ReactorError) {
    var text = ByteBuffer()
    JSONValue.object([("told", .array(told.map(\.json)))]).write(into: &text)
    let content = text.span
    try Files.replace(path, with: [UInt8](content), previous: path + ".previous")
  }
}

extension ToldAlerts {
  fileprivate init?(_ json: JSONValue) {
    guard let budget = json["budget"]?.string, let scope = json["scope"]?.string, let unit = json["unit"]?.string,
      let windowEnd = json["windowEnd"]?.integer, let thresholds = json["thresholds"]?.elements
    else { return nil }
    self.init(
      account: AccountName(budget: BudgetName(budget), scope: scope, unit: unit),
      windowEnd: WallTime(milliseconds: windowEnd), thresholds: Set(thresholds.compactMap(\.integer)))
  }

  fileprivate var json: JSONValue {
    [
      "budget": .string(account.budget.text), "scope": .string(account.scope), "unit": .string(account.unit),
      "windowEnd": .integer(windowEnd.milliseconds),
      "thresholds": .array(thresholds.sorted().map { .integer($0) }),
    ]
  }
}
