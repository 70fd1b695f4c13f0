// aigw-ledger: the ledger by itself, filled to the brim or written to beside a busy loop. `ledger.py` runs it.

import Exchange
import Glibc
import Ledger
import Reactor

let usage = """
  usage: aigw-ledger fill PATH COUNT   COUNT receipts, then says "filled" and goes on writing until it is killed
         aigw-ledger serve PATH RATE   answers requests on the port it prints, RATE receipts a second beside them
  """

func fail(_ line: String) -> Never {
  say(line, to: 2)
  exit(2)
}

func say(_ line: String, to descriptor: Int32 = 1) {
  let bytes = Array((line + "\n").utf8)
  // SAFETY: the bytes are read during the call alone.
  unsafe bytes.withUnsafeBytes { _ = unsafe write(descriptor, $0.baseAddress, $0.count) }
}

func openLedger(_ path: String) -> Ledger {
  do throws(LedgerError) { return try Ledger(path: path) } catch { fail(error.description) }
}

let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count == 3, let number = Int(arguments[2]) else { fail(usage) }
let ledger = openLedger(arguments[1])
switch arguments[0] {
case "fill":
  var stream = ReceiptStream()
  while stream.count < number { stream.write(ReceiptStream.perWrite, to: ledger) }
  say("filled")
  while true { stream.write(ReceiptStream.perWrite, to: ledger) }
case "serve":
  EventLoop.run {
    do throws(ReactorError) { try Answerer.listen() } catch { fail("\(error)") }
    if number > 0 { await Pacer(ledger, ratePerSecond: number).run() }
  }
default: fail(usage)
}
