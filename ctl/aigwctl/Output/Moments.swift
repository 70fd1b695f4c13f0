// Moments: times and durations as people read them, from the milliseconds of the wire.

import Exchange
import Glibc

enum Moments {
  /// `2026-11-21T08:49:13Z` (RFC 3339); nil for 0, which stands for never.
  static func text(_ time: WallTime) -> String? {
    guard time.milliseconds != 0, let parts = parts(time) else { return nil }
    return "\(parts.date)T\(parts.time)Z"
  }

  /// `08:49:13`, in UTC.
  static func timeOfDay(_ time: WallTime) -> String { parts(time)?.time ?? "-" }

  /// The two largest parts: `42m`, `1h 5m`, `3d 4h`, `12s`, `250ms`.
  static func duration(milliseconds: Int64) -> String {
    if milliseconds < 1000 { return "\(max(0, milliseconds))ms" }
    let seconds = milliseconds / 1000
    let sizes: [(Int64, String)] = [(86_400, "d"), (3600, "h"), (60, "m"), (1, "s")]
    guard let first = sizes.firstIndex(where: { seconds >= $0.0 }) else { return "0s" }
    let (size, letter) = sizes[first]
    let large = "\(seconds / size)\(letter)"
    // Seconds beside minutes matter to nobody once it is ten of them.
    guard first + 1 < sizes.count, letter != "m" || seconds < 600 else { return large }
    let small = seconds % size / sizes[first + 1].0
    return small == 0 ? large : "\(large) \(small)\(sizes[first + 1].1)"
  }

  /// `345µs`, `345ms`, `2.34s`, `1m 10s`.
  static func latency(microseconds: Int64) -> String {
    if (1..<1000).contains(microseconds) { return "\(microseconds)µs" }
    guard (1_000_000..<60_000_000).contains(microseconds) else { return duration(milliseconds: microseconds / 1000) }
    let hundredths = microseconds / 10_000 % 100
    return "\(microseconds / 1_000_000).\(hundredths < 10 ? "0" : "")\(hundredths)s"
  }

  /// `42m` until `time`; nil when it has passed.
  static func until(_ time: WallTime, from now: WallTime) -> String? {
    let left = time.milliseconds.subtractingReportingOverflow(now.milliseconds)
    return time.milliseconds == 0 || left.overflow || left.partialValue <= 0
      ? nil : duration(milliseconds: left.partialValue)
  }

  /// `3h 10m` since `time`.
  static func since(_ time: WallTime, from now: WallTime) -> String? {
    time.milliseconds == 0 ? nil : until(now, from: time) ?? "0s"
  }

  private static func parts(_ time: WallTime) -> (date: String, time: String)? {
    var seconds = time_t(time.milliseconds / 1000)
    var parts = unsafe tm()
    // SAFETY: gmtime_r writes into `parts` only; a year beyond its range is its one refusal.
    guard unsafe gmtime_r(&seconds, &parts) != nil else { return nil }
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return unsafe (
      "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))",
      "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
    )
  }
}
