// ReportCourier: brings receipts, events and answers to the daemon, each receipt until the daemon has it on disk.

import Authority
import Control
import Exchange
import Gateway
import JSON
import Ledger
import Logging
import Reactor

/// Receipts are read from the own ledger, where they wait however long the daemon is away and however this process ends.
@EventLoop
final class ReportCourier {
  private enum Limits {
    static let everyMs: Int64 = 1_000
    static let receiptsPerReport = 500
    static let answerMs: Int64 = 10_000
    /// Events kept while a report is under way; nobody relies on them.
    static let eventsMax = 1_000
  }

  private let client: ControlClient
  private let holder: HolderName
  private let name: String
  private let ledger: Ledger
  private let status: @EventLoop () -> SidecarStatus
  private let log: Logger
  private var events: [GatewayEvent] = []
  private var answers: [JSONValue] = []
  private var timer: Timer?
  private var isReporting = false
  private var isClosed = false

  init(
    to daemon: SocketAddress, as identity: SidecarIdentity, from ledger: Ledger, log: Logger,
    status: @escaping @EventLoop () -> SidecarStatus
  ) {
    client = ControlClient(daemon, connectTimeoutMs: 1_000)
    holder = identity.holder
    name = identity.name
    self.ledger = ledger
    self.log = log
    self.status = status
    timer = Timer { [unowned self] in reportSoon() }
    timer?.set(milliseconds: Limits.everyMs)
  }

  func tell(_ event: GatewayEvent) {
    if events.count < Limits.eventsMax { events.append(event) }
    reportSoon()
  }

  func answer(_ ticket: Int64, _ explanation: JSONValue?) {
    var members: [(name: String, value: JSONValue)] = [
      ("ticket", .integer(ticket)), ("found", .bool(explanation != nil)),
    ]
    if let explanation { members.append(("explanation", explanation)) }
    answers.append(.object(members))
    reportSoon()
  }

  /// Sends what is left; what cannot be sent waits in the ledger for the next process.
  func close() async {
    isClosed = true
    timer?.close()
    timer = nil
    while isReporting { await Timer.pause(milliseconds: 10) }
    while await report() == .sentAndMoreWaits {}
    client.close()
  }

  private func reportSoon() {
    if isReporting || isClosed { return }
    isReporting = true
    EventLoop.spawn { [self] in
      while await report() == .sentAndMoreWaits {}
      isReporting = false
      timer?.set(milliseconds: Limits.everyMs)
    }
  }

  private enum Outcome {
    case sent
    case sentAndMoreWaits
    case failed
  }

  private func report() async -> Outcome {
    let ledger = ledger
    let read = await Workers.run { () -> Result<Unreported?, LedgerError> in
      do throws(LedgerError) { return .success(try ledger.unreported(limit: Limits.receiptsPerReport)) } catch {
        return .failure(error)
      }
    }
    var unreported: Unreported?
    switch read {
    case .success(let found): unreported = found
    case .failure(let error): log.error("receipts not read", metadata: ["reason": "\(error)"])
    }
    let (events, answers) = (events, answers)
    self.events = []
    self.answers = []
    let receipts = (unreported?.receipts ?? []).map { receipt in
      var receipt = receipt
      receipt.sidecar = name
      return receipt.json
    }
    do throws(ControlClientError) {
      _ = try await client.call(
        "Report",
        [
          "holder": .string(holder.text), "status": status().json, "receipts": .array(receipts),
          "events": .array(events.map(\.json)), "answers": .array(answers),
        ], timeoutMs: Limits.answerMs)
    } catch { return .failed }
    guard let unreported else { return self.answers.isEmpty ? .sent : .sentAndMoreWaits }
    let problem = await Workers.run { () -> LedgerError? in
      do throws(LedgerError) { try ledger.reported(upTo: unreported.upTo) } catch { return error }
      return nil
    }
    if let problem { log.error("receipts reported and not marked so", metadata: ["reason": "\(problem)"]) }
    return unreported.receipts.count == Limits.receiptsPerReport ? .sentAndMoreWaits : .sent
  }
}
