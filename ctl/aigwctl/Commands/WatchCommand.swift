// WatchCommand: events as they happen.

import ArgumentParser
import Glibc
import JSON

struct WatchCommand: ControlCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Events as they happen: policies, refusals, fail-overs, alerts.",
    discussion: "One line an event, times in UTC, until interrupted. With -o json, one JSON object a line.")

  @OptionGroup var options: GlobalOptions

  func run(_ session: Session) async throws(Failure) -> ExitStatus {
    // The loop ignores the signal; here a reader that has gone, as in `watch | head`, is the end.
    _ = signal(SIGPIPE, SIG_DFL)
    try await session.daemon.follow("Watch") { reply in session.show(Self.text(reply, session.format, session.paint)) }
    throw Failure(.unreachable, "what listens at the socket ended the watch")
  }

  static func text(_ reply: JSONValue, _ format: OutputFormat?, _ paint: Paint) -> String {
    switch format ?? .table {
    case .json: IndentedJSON.text(reply, isOneLine: true)
    case .yaml: "---\n" + YAMLText.text(reply)
    case .table, .wide: missed(reply, paint) + line(reply["event"], isWide: format == .wide, paint)
    }
  }

  private static func missed(_ reply: JSONValue, _ paint: Paint) -> String {
    let number = reply.number("missed")
    return number == 0
      ? ""
      : paint("(\(Figures.count(Int(number), "event")) missed: they came faster than they were read)", .warning) + "\n"
  }

  private static func line(_ event: JSONValue?, isWide: Bool, _ paint: Paint) -> String {
    guard let event, !event.isNull else { return "" }
    let kind = (event.text("kind") ?? "?").visible
    let time = isWide ? Moments.text(event.time("at")) ?? "-" : Moments.timeOfDay(event.time("at"))
    let padding = String(repeating: " ", count: max(0, "failover".count - kind.count))
    var words = [time, paint(kind, mood(kind)) + padding]
    words += [event.text("sidecar"), event.text("subject")].compactMap { $0.map(\.visible) }.filter { !$0.isEmpty }
    words.append((event.text("message") ?? "").visible)
    if isWide, let details = event["details"], details.count > 0 { words.append(YAMLText.flow(details)) }
    return words.joined(separator: "  ") + "\n"
  }

  private static func mood(_ kind: String) -> Mood {
    switch kind {
    case "refusal", "alert": .bad
    case "failover", "circuit", "shadow": .warning
    case "policy": .good
    default: .plain
    }
  }
}
