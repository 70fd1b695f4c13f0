// AlertDesk: looks at the accounts once a second and tells what there is to tell.

import Exchange
import Logging
import Meters
import Policy
import Reactor

/// For whoever owns the accounts: a lone sidecar, or the daemon of a node. Nothing of it stands in the way of a call.
@EventLoop
public final class AlertDesk {
  private var watch: AlertWatch
  private var walk = AccountWalk()
  private let archive: ToldArchive
  private let environment: [String: String]
  private let log: Logger
  private var webhook: Webhook?
  private(set) var timer: Timer?
  private var isSaving = false
  private let saved = Waiter()
  private var hasUnsaved = false
  private var savedAt: UInt64 = 0
  private var hasComplained = false
  /// Reads accounts of these budgets on which something is spent, a bounded number in each step of the walk.
  public var read: @EventLoop (Set<BudgetName>, inout AccountWalk) -> [BudgetReading] = { _, _ in [] }
  /// Called with each alert, for those who watch and for the counters.
  public var onAlert: (@EventLoop (Alert) -> Void)?

  /// Knows what was told before from the state folder. Tells nothing before a policy is applied.
  public init(folder: String, environment: [String: String], log: Logger) {
    self.environment = environment
    self.log = log
    archive = ToldArchive(folder: folder)
    watch = AlertWatch(told: archive.load())
  }

  /// What would keep the alerts of `policy` from being told: a secret that is not there.
  public func obstacles(to policy: Policy) -> [Diagnostic] {
    guard let rule = policy.alerts.webhook, rule != webhook?.rule else { return [] }
    do throws(AlertError) {
      try Webhook(rule, environment: environment, log: log).close()
      return []
    } catch { return [Diagnostic(file: "policy", position: nil, path: "", message: error.description)] }
  }

  /// Brings the alerts of `policy` into force. What waits for a webhook that stays is not lost. On a throw all is as it
  /// was. Throws when the webhook cannot be set up: its address, its key.
  public func apply(_ policy: Policy) throws(AlertError) {
    if policy.alerts.webhook != webhook?.rule {
      let next = try policy.alerts.webhook.map { (rule) throws(AlertError) in
        try Webhook(rule, environment: environment, log: log)
      }
      webhook?.close()
      webhook = next
    }
    watch.replace(rules: policy.budgets)
    if watch.budgets.isEmpty {
      timer?.close()
      timer = nil
    } else if timer == nil {
      timer = Timer { [unowned self] in look() }
      timer?.set(milliseconds: AlertLimits.lookEveryMs)
    }
  }

  /// Writes down what was told, and ends. What was crossed since the last look the next process will tell.
  public func close() async {
    timer?.close()
    timer = nil
    webhook?.close()
    webhook = nil
    while isSaving { await saved.wait() }
    if hasUnsaved { await save() }
  }

  private func look() {
    timer?.set(milliseconds: AlertLimits.lookEveryMs)
    let now = WallTime(milliseconds: EventLoop.wallMilliseconds)
    for alert in watch.look(at: read(watch.budgets, &walk), now: now) { tell(alert) }
    if watch.overlooked > 0, !hasComplained {
      hasComplained = true
      log.warning("more accounts have alerts than are kept apart: some are not told until others have ended")
    }
    let isDue = EventLoop.now &- savedAt >= UInt64(AlertLimits.saveEveryMs) * 1_000_000
    if hasUnsaved, !isSaving, isDue { EventLoop.spawn { [self] in await save() } }
  }

  private func tell(_ alert: Alert) {
    log.warning(
      "budget alert",
      metadata: [
        "budget": "\(alert.budget)", "kind": "\(alert.kind)", "threshold": "\(alert.threshold)",
        "reason": "\(alert.message)",
      ])
    webhook?.send(alert)
    onAlert?(alert)
    if case .threshold = alert.cause { hasUnsaved = true }
  }

  private func save() async {
    isSaving = true
    hasUnsaved = false
    savedAt = EventLoop.now
    let archive = archive
    let told = watch.told(at: WallTime(milliseconds: EventLoop.wallMilliseconds))
    let problem = await Workers.run { () -> String? in
      do throws(ReactorError) {
        try archive.save(told)
        return nil
      } catch { return error.description }
    }
    if let problem {
      hasUnsaved = true
      log.warning("told alerts not written down: a restart would tell them again", metadata: ["reason": "\(problem)"])
    }
    isSaving = false
    saved.wake()
  }
}
