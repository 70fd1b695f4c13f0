// SetBudgetCommand: one budget, from flags.

import ArgumentParser
import JSON

struct SetBudgetCommand: Alteration {
  static let configuration = CommandConfiguration(
    commandName: "set-budget", abstract: "Makes a budget, or replaces the one of that name.",
    discussion: """
      aigwctl set-budget alice-4o --user alice --model gpt-4o --tokens 50k/hour
      aigwctl set-budget engineering --team engineering --usd 100/day --alert-at 0.8
      aigwctl set-budget each-user --per user --tokens 100k/hour

      Periods: second, minute, hour, day, week, month, or a duration such as 12h. A new limit counts what has been \
      spent already.
      """)
  static let method = "SetBudget"

  @OptionGroup var options: GlobalOptions

  @Argument(help: "Its name.", completion: .custom { words, _, _ in KnownNames.budgets(words) })
  var name: String

  @OptionGroup(title: "Calls it applies to") var match: MatchOptions
  @OptionGroup(title: "How much; exactly one of") var limit: LimitOptions
  @OptionGroup(title: "How it is kept") var manner: MannerOptions

  func validate() throws { _ = try budget() }

  var parameters: [(name: String, value: JSONValue)] {
    get throws(NotationError) { [("name", .string(name)), ("budget", try budget())] }
  }

  /// The entry of `budgets`, in the order people write it.
  func budget() throws(NotationError) -> JSONValue {
    var members: [(name: String, value: JSONValue)] = []
    let match = try match.members
    if !match.isEmpty { members.append(("match", .object(match))) }
    members += manner.accounts
    members.append(("limit", try limit.json))
    return .object(members + (try manner.members))
  }
}

struct MatchOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Calls of this user.", valueName: "name")) var user: String?
  @Option(help: ArgumentHelp("Calls of this team.", valueName: "name")) var team: String?
  @Option(help: ArgumentHelp("Calls of this tenant.", valueName: "name")) var tenant: String?
  @Option(
    help: ArgumentHelp("Calls for this model, or gpt-* for several.", valueName: "model"),
    completion: .custom { words, _, _ in KnownNames.models(words) })
  var model: String?
  @Option(
    help: ArgumentHelp("Calls that this backend answers.", valueName: "backend"),
    completion: .custom { words, _, _ in KnownNames.backends(words) })
  var backend: String?
  @Option(help: ArgumentHelp("Calls with this request header; may be repeated.", valueName: "name=value"))
  var header: [String] = []

  var members: [(name: String, value: JSONValue)] {
    get throws(NotationError) {
      let named = [("user", user), ("team", team), ("tenant", tenant), ("model", model), ("backend", backend)]
      var members: [(name: String, value: JSONValue)] = named.compactMap { name, value in
        value.map { (name, .string($0)) }
      }
      for text in header {
        guard let mark = text.firstIndex(of: "="), mark > text.startIndex else {
          throw NotationError("--header \(text.quoted) must be NAME=VALUE")
        }
        members.append(("header:" + text[..<mark], .string(String(text[text.index(after: mark)...]))))
      }
      return members
    }
  }
}

struct LimitOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Input and output tokens: 50k/hour.", valueName: "amount/period")) var tokens: String?
  @Option(help: ArgumentHelp("Input tokens.", valueName: "amount/period")) var inputTokens: String?
  @Option(help: ArgumentHelp("Output tokens.", valueName: "amount/period")) var outputTokens: String?
  @Option(help: ArgumentHelp("Calls: 60/minute.", valueName: "amount/period")) var requests: String?
  @Option(help: ArgumentHelp("Dollars: 100/day, 0.50/minute.", valueName: "amount/period")) var usd: String?
  @Option(
    help: ArgumentHelp(
      "What a call costs, as a CEL expression such as 'input_tokens + output_tokens * 3u'; with --limit.",
      valueName: "expression"))
  var cost: String?
  @Option(help: ArgumentHelp("How much of --cost.", valueName: "amount/period")) var limit: String?

  /// `limit` of the budget.
  var json: JSONValue {
    get throws(NotationError) {
      let counted = [
        ("tokens", tokens), ("input tokens", inputTokens), ("output tokens", outputTokens), ("requests", requests),
      ]
      let given = counted.filter { $0.1 != nil }.count + (usd == nil ? 0 : 1) + (cost == nil ? 0 : 1)
      if given != 1 {
        throw NotationError(
          "a budget has exactly one of --tokens, --input-tokens, --output-tokens, --requests, --usd and --cost, and "
            + "\(given) are given")
      }
      if (cost == nil) != (limit == nil) {
        throw NotationError("--cost EXPRESSION and --limit AMOUNT/PERIOD go together")
      }
      if let usd {
        let limit = try LimitNotation.dollars(usd)
        return .string("$\(limit.amount)/\(limit.period)")
      }
      if let cost, let limit {
        let limit = try LimitNotation.counted(limit)
        return ["cel": .string(cost), "amount": .string(limit.amount), "per": .string(limit.period)]
      }
      for case (let noun, let text?) in counted {
        let limit = try LimitNotation.counted(text)
        return .string("\(limit.amount) \(noun)/\(limit.period)")
      }
      preconditionFailure("one of the limits was counted as given and is not there")
    }
  }
}

struct MannerOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "An account for each user, team, tenant, model or header:NAME; several with commas.", valueName: "names"))
  var per: String?
  @Option(help: ArgumentHelp("How much at once, for limits per second and minute.", valueName: "amount")) var burst:
    String?
  @Option(help: ArgumentHelp("Tell when this part has been used: 0.8, or 50%,80%.", valueName: "parts")) var alertAt:
    String?
  @Option(help: ArgumentHelp("Where days begin: Europe/Berlin; UTC by default.", valueName: "zone")) var timezone:
    String?
  @Flag(help: "Count and report, but refuse nothing.") var shadow = false
  @Option(help: ArgumentHelp("Let calls wait so long for more instead of refusing them.", valueName: "duration"))
  var queue: String?

  /// What stands before the limit.
  var accounts: [(name: String, value: JSONValue)] {
    per.map { [("per", .array($0.listed.map { .string($0) }))] } ?? []
  }

  /// What stands after it.
  var members: [(name: String, value: JSONValue)] {
    get throws(NotationError) {
      var members: [(name: String, value: JSONValue)] = []
      if let burst { members.append(("burst", .string(try LimitNotation.amount(burst)))) }
      if let alertAt {
        var parts: [JSONValue] = []
        for part in alertAt.listed { parts.append(.double(try Self.part(part))) }
        members.append(("alertAt", parts.count == 1 ? parts[0] : .array(parts)))
      }
      if let timezone { members.append(("timezone", .string(timezone))) }
      if shadow { members.append(("shadow", true)) }
      if let queue {
        _ = try TimeNotation.duration(queue)
        members.append(("queue", ["maxWait": .string(queue)]))
      }
      return members
    }
  }

  /// `0.8` or `80%`.
  private static func part(_ text: String) throws(NotationError) -> Double {
    let isPercent = text.last == "%"
    if let number = Double(isPercent ? String(text.dropLast()) : text) {
      let part = isPercent ? number / 100 : number
      if part > 0, part <= 1 { return part }
    }
    throw NotationError("--alert-at \(text.quoted) must be a part of the limit, such as 0.8 or 80%")
  }
}
