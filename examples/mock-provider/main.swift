// aigw-mock: a provider that plays every provider, keeps a ledger of what it billed, and misbehaves when its URL says so.

import Exchange
import Glibc
import Reactor
import TLS

let commandLine = Array(CommandLine.arguments.dropFirst())
if commandLine.contains("--help") || commandLine.contains("-h") {
  print(Options.help)
  exit(0)
}
if commandLine.contains("--version") {
  print(Release.line(of: "aigw-mock"))
  exit(0)
}

do throws(Options.Problem) {
  let options = try Options(commandLine)
  let tls = try options.context()
  Descriptors.allowMany()
  EventLoop.run { @EventLoop in
    do throws(ReactorError) {
      Server.shared = try Server(on: options.listen, tls: tls, options.keys)
    } catch {
      Complaint.end("cannot \(error)")
    }
    print("listening on \(Server.shared!.address)")
    Descriptors.flushOutput()
  }
} catch {
  Complaint.end(error.text)
}
