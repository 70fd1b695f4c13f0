// ControlCommand: what all commands that talk to the socket have in common.

import ArgumentParser
import Exchange
import JSON
import Reactor

/// A command with somebody to ask.
protocol ControlCommand: ParsableCommand, Sendable {
  var options: GlobalOptions { get }

  @EventLoop func run(_ session: Session) async throws(Failure) -> ExitStatus
}

/// Where a command runs: whom it asks, and how it shows what it heard.
struct Session: Sendable {
  let daemon: Daemon
  let format: OutputFormat?
  /// For both milliseconds of the wire and words such as `resets in 42m`.
  let now: WallTime
  let paint: Paint

  init(_ options: GlobalOptions) {
    daemon = Daemon(socketPath: options.socketPath, timeoutMs: options.timeout)
    format = options.output
    now = WallTime(milliseconds: EventLoop.wallMilliseconds)
    paint = Paint(forDescriptor: 1, environment: ProcessEnvironment.variables)
  }

  func show(_ text: String) { StandardOutput.write(text, to: .output) }

  func warn(_ text: String) { StandardOutput.write(text, to: .error) }

  /// Shows `reply` as it came where a script asked for it, and otherwise what `table` makes of it.
  func show(_ reply: JSONValue, _ table: (_ view: View) -> String) {
    switch format ?? .table {
    case .json: show(IndentedJSON.text(reply))
    case .yaml: show(YAMLText.text(reply))
    case .table: show(table(View(isWide: false, now: now, paint: paint)))
    case .wide: show(table(View(isWide: true, now: now, paint: paint)))
    }
  }

  /// Shows what a change came to; its exit status.
  func show(change reply: JSONValue, isTrial: Bool = false) -> ExitStatus {
    let change = reply["change"] ?? reply
    let report = ChangeReport(change, isTrial: isTrial)
    show(reply) { _ in report.text }
    warn(report.warnings)
    return report.status
  }
}

/// How a table is looked at.
struct View {
  let isWide: Bool
  let now: WallTime
  let paint: Paint

  func text(_ table: Table) -> String { table.text(isWide: isWide, paint: paint) }
}

/// A command that asks one question and shows the answer.
protocol Inquiry: ControlCommand {
  static var method: String { get }

  /// The question's parameters.
  func parameters(now: WallTime) throws(Failure) -> [(name: String, value: JSONValue)]

  func shown(_ reply: JSONValue, _ view: View) -> String
}

extension Inquiry {
  func parameters(now: WallTime) throws(Failure) -> [(name: String, value: JSONValue)] { [] }

  func run(_ session: Session) async throws(Failure) -> ExitStatus {
    let reply = try await session.daemon.call(Self.method, try parameters(now: session.now))
    session.show(reply) { shown(reply, $0) }
    return .done
  }
}

/// A command that changes the policy.
protocol Alteration: ControlCommand {
  static var method: String { get }

  /// The change's parameters, without the time to wait for sidecars.
  var parameters: [(name: String, value: JSONValue)] { get throws(NotationError) }
}

extension Alteration {
  func run(_ session: Session) async throws(Failure) -> ExitStatus {
    let parameters: [(name: String, value: JSONValue)]
    do throws(NotationError) { parameters = try self.parameters } catch { throw Failure(error) }
    return session.show(change: try await session.daemon.change(Self.method, parameters))
  }
}
