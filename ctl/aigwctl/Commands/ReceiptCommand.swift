// ReceiptCommand: what one call cost, attempt by attempt.

import ArgumentParser
import Exchange
import JSON

struct ReceiptCommand: Inquiry {
  static let configuration = CommandConfiguration(
    commandName: "receipt", abstract: "The receipts of one call.",
    discussion: "The id is the x-ai-request-id header of its reply.", aliases: ["receipts"])
  static let method = "GetReceipts"

  @OptionGroup var options: GlobalOptions

  @Argument(help: "The id of the call.")
  var id: String

  func parameters(now: WallTime) throws(Failure) -> [(name: String, value: JSONValue)] { [("request", .string(id))] }

  func shown(_ reply: JSONValue, _ view: View) -> String { Self.shown(reply.list("receipts"), view) }

  static func shown(_ receipts: [JSONValue], _ view: View) -> String {
    receipts.isEmpty ? "No receipts.\n" : receipts.map { view.text(table($0)) }.joined(separator: "\n")
  }

  private static func table(_ receipt: JSONValue) -> Table {
    var table = Table([.text("ATTEMPT"), .text(String(receipt.number("attempt")))], empty: "")
    let state = receipt.text("state")
    let status = receipt.number("status")
    table.add(["state", Cell((state ?? "-") + (status == 0 ? "" : ", status \(status)"), mood(state))])
    table.add(["call", Cell(receipt.text("request"))])
    table.add(["paid by", Cell(receipt.text("payer"))])
    table.add(["asked for", Cell(receipt.text("model"))])
    table.add(["answered by", answeredBy(receipt)])
    table.add(["usage", Cell(usage(receipt["usage"]))])
    table.add(["cost", Cell(receipt["cost"]?.integer.map(Figures.exactDollars) ?? "no price was known")])
    table.add(["reserved", Cell("\(Figures.exact(receipt.number("reserved"))) tokens")])
    table.add(["took", Cell(took(receipt))])
    table.add(["ended", Cell(Moments.text(receipt.time("endedAt")))])
    if let sidecar = receipt.text("sidecar") { table.add(["sidecar", Cell(sidecar)]) }
    for (name, value) in receipt["details"]?.members ?? [] { table.add([Cell(name), Cell(YAMLText.flow(value))]) }
    return table
  }

  private static func answeredBy(_ receipt: JSONValue) -> Cell {
    guard let backend = receipt.text("backend") else { return "nobody was asked" }
    return Cell(backend + (receipt.text("providerModel").map { " as \($0)" } ?? ""))
  }

  /// The classes that were reported: absent is not zero.
  private static func usage(_ usage: JSONValue?) -> String {
    let parts = (usage?.members ?? []).map { name, value in
      value.integer.map { "\(name) \(Figures.exact($0))" } ?? "\(name) \(YAMLText.flow(value))"
    }
    return parts.isEmpty ? "none" : parts.joined(separator: ", ")
  }

  private static func took(_ receipt: JSONValue) -> String {
    let first = receipt["firstTokenUs"]?.integer.map { ", first content after \(Moments.latency(microseconds: $0))" }
    return Moments.latency(microseconds: receipt.number("latencyUs")) + (first ?? "")
  }

  private static func mood(_ state: String?) -> Mood {
    switch state {
    case "settled": .good
    case "estimated": .warning
    case "failed", "refused": .bad
    default: .plain
    }
  }
}
