// Process: what the program asks of its process: last words, flushed output, enough descriptors.

import Glibc

/// The one line a program says before it ends with 2: a mistake on the command line, a port in use.
enum Complaint {
  static func end(_ text: String) -> Never {
    let line = "aigw-mock: \(text)\n"
    // SAFETY: the text lives through the call; the descriptor is standard error.
    _ = unsafe line.withCString { unsafe write(STDERR_FILENO, $0, strlen($0)) }
    exit(2)
  }
}

enum Descriptors {
  /// Raises the soft limit of open files to the hard one: thousands of streams are held open at once.
  static func allowMany() {
    var limit = rlimit()
    // SAFETY: both calls are lent a local variable.
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    unsafe _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }

  /// Whoever started the program waits for its line, even behind a pipe.
  static func flushOutput() {
    _ = fflush(nil)
  }
}
