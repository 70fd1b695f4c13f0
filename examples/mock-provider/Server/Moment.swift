// Moment: what time it is, for the `created` field.

import Glibc

enum Moment {
  /// Seconds since 1970.
  static var unixSeconds: Int {
    time(nil)
  }
}
