// Pacer: so many receipts a second, written by the worker pool in groups, as a sidecar's books are.

import Ledger
import Reactor

@EventLoop
final class Pacer {
  private let ledger: Ledger
  private let ratePerSecond: Int
  private var stream = ReceiptStream()

  init(_ ledger: Ledger, ratePerSecond: Int) {
    self.ledger = ledger
    self.ratePerSecond = ratePerSecond
  }

  /// Never ends. A writer that falls behind writes without pause; a line a second says how far it got.
  func run() async {
    let ledger = ledger
    let began = EventLoop.now
    var saidAt = began
    while true {
      stream = await Workers.run { [stream] in
        var next = stream
        next.write(ReceiptStream.perWrite, to: ledger)
        return next
      }
      let now = EventLoop.now
      let dueMs = Int64(stream.count) * 1000 / Int64(ratePerSecond)
      let passedMs = Int64((now - began) / 1_000_000)
      if now - saidAt > 1_000_000_000 {
        say("\(stream.count) receipts in \(passedMs) ms")
        saidAt = now
      }
      if dueMs > passedMs { await Timer.pause(milliseconds: dueMs - passedMs) }
    }
  }
}
