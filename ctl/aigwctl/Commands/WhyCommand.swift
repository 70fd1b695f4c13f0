// WhyCommand: every rule that decided one call.

import ArgumentParser
import Exchange
import JSON

struct WhyCommand: Inquiry {
  static let configuration = CommandConfiguration(
    commandName: "why", abstract: "Every rule that decided one call: who paid, which budgets, who was asked.",
    discussion: "The id is the x-ai-request-id header of its reply.")
  static let method = "Explain"

  @OptionGroup var options: GlobalOptions

  @Argument(help: "The id of the call.")
  var id: String

  func parameters(now: WallTime) throws(Failure) -> [(name: String, value: JSONValue)] { [("request", .string(id))] }

  func shown(_ reply: JSONValue, _ view: View) -> String {
    let explanation = reply["explanation"] ?? .object([])
    return YAMLText.text(Self.dated(explanation)) + "\n" + ReceiptCommand.shown(reply.list("receipts"), view)
  }

  /// The explanation with its times as people write them.
  private static func dated(_ value: JSONValue) -> JSONValue {
    if let elements = value.elements { return .array(elements.map(dated)) }
    guard let members = value.members else { return value }
    return .object(
      members.map { name, value in
        let time = name.hasSuffix("At") ? value.integer.flatMap { Moments.text(WallTime(milliseconds: $0)) } : nil
        return (name, time.map(JSONValue.string) ?? dated(value))
      })
  }
}
