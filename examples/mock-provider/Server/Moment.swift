// Moment: what time it is, for the `created` field and for the ledger.

import Glibc
import Reactor

enum Moment {
  /// Seconds since 1970.
  static var unixSeconds: Int {
    time(nil)
  }

  /// Milliseconds since 1970.
  static var unixMilliseconds: Int { Int(EventLoop.wallMilliseconds) }
}
