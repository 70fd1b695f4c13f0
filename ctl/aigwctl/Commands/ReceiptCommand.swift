// ReceiptCommand: what one call cost, attempt by attempt.

import ArgumentParser
import Exchange
import JSON

struct ReceiptCommand: Inquiry {
  static let configuration = CommandConfiguration(
    commandName: "receipt", abstract: "The receipts of one call, each cost worked out again from its own fields.",
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
    table.add(["paid by", Cell(payer(receipt))])
    table.add(["asked for", Cell(receipt.text("model"))])
    table.add(["answered by", answeredBy(receipt)])
    let disputed = receipt.flag("disputed") ? "; disputed: the provider reported what cannot be" : ""
    table.add(["usage", Cell(usage(receipt["usage"]) + disputed, disputed.isEmpty ? .plain : .warning)])
    table.add(["cost", cost(receipt)])
    if let prices = receipt.text("prices") { table.add(["prices", Cell("\(prices) dollars per million tokens")]) }
    table.add(["reserved", Cell(reserved(receipt))])
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

  private static func cost(_ receipt: JSONValue) -> Cell {
    guard let cost = receipt["cost"]?.integer else { return "no price was known" }
    let amount = Figures.exactDollars(cost)
    return switch ReceiptSum(receipt) {
    case .agrees: Cell("\(amount), as its tokens and prices say")
    case .differs(let sum): Cell("\(amount), but its tokens and prices make \(Figures.exactDollars(sum.value))", .bad)
    case .unknown: Cell(amount)
    }
  }

  private static func reserved(_ receipt: JSONValue) -> String {
    let fitted = receipt["fittedOutput"]?.integer.map { ", output held to \(Figures.exact($0)) for lack of budget" }
    return "\(Figures.exact(receipt.number("reserved"))) tokens" + (fitted ?? "")
  }

  /// The label, and what it is made of where that says more.
  private static func payer(_ receipt: JSONValue) -> String {
    let parts = ["user", "team", "tenant", "pod"].compactMap { name in receipt.text(name).map { "\(name) \($0)" } }
    let label = receipt.text("payer") ?? ""
    let known = parts.joined(separator: ", ")
    if label.isEmpty { return known.isEmpty ? "nobody in particular" : known }
    return known.isEmpty ? label : "\(label) (\(known))"
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
