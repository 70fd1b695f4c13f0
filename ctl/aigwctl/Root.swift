// Root: aigwctl and its commands.

import ArgumentParser
import Exchange

@main
struct Root: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "aigwctl",
    abstract: "Looks at, and changes, the budgets, chains and backends of the sidecars beside AI agents.",
    discussion: """
      It talks to aigwd, or straight to a lone sidecar, over a Unix socket. Changes are checked whole, applied whole, \
      and in force when the command returns.

      Exit status: 0 done; 1 refused, or not in force on every sidecar (diff: different); 2 usage; 3 nobody answers.
      """,
    version: Release.line(of: "aigwctl"),
    groupedSubcommands: [
      CommandGroup(
        name: "Look",
        subcommands: [
          StatusCommand.self, SidecarsCommand.self, BackendsCommand.self, BudgetsCommand.self, ChainsCommand.self,
          PricesCommand.self, EndpointsCommand.self, UsageCommand.self, ReceiptCommand.self, WhyCommand.self,
          WatchCommand.self,
        ]),
      CommandGroup(
        name: "Policy",
        subcommands: [
          GetCommand.self, ApplyCommand.self, DiffCommand.self, SetBudgetCommand.self, SetChainCommand.self,
          DeleteCommand.self, DrainCommand.self, UndrainCommand.self,
        ]),
      CommandGroup(name: "Kubernetes", subcommands: [InjectCommand.self, UninjectCommand.self]),
    ])

  @OptionGroup var options: GlobalOptions

  static func main() { CommandLineRun.main() }
}
