// SetChainCommand: who answers for a model, in which order.

import ArgumentParser
import Exchange
import JSON

struct SetChainCommand: Alteration {
  static let configuration = CommandConfiguration(
    commandName: "set-chain", abstract: "Who answers for a model, in which order; replaces the chain it had.",
    discussion: """
      aigwctl set-chain gpt-4o openai anthropic=claude-sonnet-4-5
      aigwctl set-chain gpt-4o openai gemini=gemini-2.5-pro --on rateLimit,error
      aigwctl set-chain fast local=llama,inside=llama openai --weight local=3

      Candidates are tried from left to right. Those joined by commas share the calls of their step.
      """)
  static let method = "SetChain"

  @OptionGroup var options: GlobalOptions

  @Argument(
    help: "What agents ask for: gpt-4o, or claude-* for several.",
    completion: .custom { words, _, _ in KnownNames.models(words) })
  var model: String

  @Argument(
    help: ArgumentHelp("BACKEND, or BACKEND=MODEL where it is asked for another name.", valueName: "candidate"),
    completion: .custom { words, _, _ in KnownNames.backends(words) })
  var candidates: [String]

  @Option(
    help: ArgumentHelp(
      "What makes the chain move on, with commas: \(FailoverTrigger.words). Without it: \(Self.usual).",
      valueName: "reasons"))
  var on: String?

  @Option(
    help: ArgumentHelp("A candidate's share of its step, 1 by default; may be repeated.", valueName: "backend=number"))
  var weight: [String] = []

  private static let usual = FailoverTrigger.allCases.filter(FailoverTrigger.usual.contains).map(\.rawValue)
    .joined(separator: ", ")

  func validate() throws { _ = try chain() }

  /// The entry of `models`.
  func chain() throws(NotationError) -> JSONValue {
    var members: [(name: String, value: JSONValue)] = [("chain", try ChainNotation(candidates, weights: weight).json)]
    if let on {
      for word in on.listed where FailoverTrigger(rawValue: word) == nil {
        throw NotationError("--on \(word.quoted) is no reason to fail over; they are \(FailoverTrigger.words)")
      }
      members.append(("failover", ["on": .array(on.listed.map { .string($0) })]))
    }
    return .object(members)
  }

  var parameters: [(name: String, value: JSONValue)] {
    get throws(NotationError) { [("model", .string(model)), ("chain", try chain())] }
  }
}
