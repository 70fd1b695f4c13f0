// Questions: asked of sidecars, answered in one of their next reports.

import Exchange
import JSON
import Reactor

/// Open questions by ticket.
@EventLoop
final class Questions {
  @EventLoop private final class Asking {
    var waiting: Set<HolderName>
    var answer: JSONValue?
    var isOver = false
    let done = Waiter()
    init(_ holders: [HolderName]) { waiting = Set(holders) }
  }

  private var open: [Ticket: Asking] = [:]
  private var last = Ticket(number: 0)

  /// Asks `holders` why the call `request` went the way it did. The first explanation is the answer; nil when none has
  /// one, or none came within `timeoutMs`.
  func explain(
    _ request: String, of holders: [HolderName], timeoutMs: Int64 = Limits.questionMs,
    _ ask: (Question, HolderName) -> Void
  ) async -> JSONValue? {
    if holders.isEmpty || open.count >= Limits.questionsMax { return nil }
    last = Ticket(number: last.number + 1)
    let ticket = last
    let asking = Asking(holders)
    assert(open[ticket] == nil, "ticket \(ticket.number) is given twice")
    open[ticket] = asking
    for holder in holders { ask(Question(ticket: ticket, explain: request), holder) }
    let timer = Timer {
      asking.isOver = true
      asking.done.wake()
    }
    timer.set(milliseconds: timeoutMs)
    while asking.answer == nil, !asking.isOver, !asking.waiting.isEmpty { await asking.done.wait() }
    timer.close()
    assert(open[ticket] === asking, "ticket \(ticket.number) stands for another question")
    open[ticket] = nil
    return asking.answer
  }

  /// `explanation` is nil where the sidecar knows nothing of the call. Late and unasked answers are dropped.
  func answered(_ ticket: Ticket, by holder: HolderName, _ explanation: JSONValue?) {
    guard let asking = open[ticket], asking.waiting.remove(holder) != nil else { return }
    if asking.answer == nil { asking.answer = explanation }
    asking.done.wake()
  }

  /// A sidecar that has gone answers nothing more.
  func left(_ holder: HolderName) {
    for asking in open.values where asking.waiting.remove(holder) != nil { asking.done.wake() }
  }
}
