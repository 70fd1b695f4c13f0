import Exchange
import Logging
import Meters
import Policy
import Reactor
import TestSupport
import Testing

@testable import Alerts

@Suite(.serialized) struct AlertDeskTests {
  init() { #expect(LoopThread.started) }

  @EventLoop private static func desk(in folder: Folder) -> AlertDesk {
    AlertDesk(folder: folder.path, environment: [:], log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  /// A reading of a window that has not ended, whenever the test runs: one of 2100.
  private static func reading(_ used: Int64) -> BudgetReading {
    AlertsTests.reading(used, at: WallTime(milliseconds: 4_102_444_800_000))
  }

  @Test @EventLoop func `what is read is told, and not again by the next desk of the same folder`() async throws {
    let folder = try Folder()
    let rules = try policy("budgets: {cap: {limit: 1000 tokens/day, alertAt: [0.5, 0.9]}}")
    var told: [String] = []
    for used in [600, 950] as [Int64] {
      let desk = Self.desk(in: folder)
      desk.read = { names, _ in names == [BudgetName("cap")] ? [Self.reading(used)] : [] }
      desk.onAlert = { told.append($0.threshold) }
      let before = told.count
      try desk.apply(rules)
      await wait { told.count > before }
      await desk.close()
    }
    #expect(told == ["0.5", "0.9"])
  }

  @Test @EventLoop func `a policy without alerts is not read for`() async throws {
    let folder = try Folder()
    let desk = Self.desk(in: folder)
    var reads = 0
    desk.read = { _, _ in
      reads += 1
      return []
    }
    try desk.apply(try policy("budgets: {cap: {limit: 1000 tokens/day, alertAt: 0.5}}"))
    await wait { reads > 0 }
    try desk.apply(try policy("budgets: {cap: {limit: 1000 tokens/day}}"))
    #expect(desk.timer == nil)
    await desk.close()
  }

  @Test @EventLoop func `a webhook without its secret is an obstacle, and changes nothing`() async throws {
    let folder = try Folder()
    let desk = Self.desk(in: folder)
    let bad = try policy(
      "alerts: {webhook: {url: https://hooks.example.com/x, auth: {env: NOT_THERE}}}\n"
        + "budgets: {cap: {limit: 1000 tokens/day, alertAt: 0.5}}")
    #expect(
      desk.obstacles(to: bad).map(\.description) == [
        "policy: alerts.webhook.auth: environment variable NOT_THERE is not set: it should hold the key"
      ])
    #expect(throws: AlertError.self) { try desk.apply(bad) }
    #expect(desk.timer == nil)
    await desk.close()
  }
}
