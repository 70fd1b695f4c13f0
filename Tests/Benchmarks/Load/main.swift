// aigw-load: the load generator of the benchmark. One thread, raw epoll, loopback only; prints one JSON object a run.

import Glibc

do throws(Options.Problem) {
  let report = try Options(Array(CommandLine.arguments.dropFirst())).run()
  print(report.json)
  exit(report.tally.isAcceptable ? 0 : 1)
} catch {
  // SAFETY: the text lives through the call; the descriptor is standard error.
  _ = unsafe (error.text + "\n").withCString { unsafe write(STDERR_FILENO, $0, strlen($0)) }
  exit(2)
}
