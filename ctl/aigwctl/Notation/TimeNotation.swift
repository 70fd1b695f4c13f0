// TimeNotation: 24h, 7d, 2026-11-21, 2026-11-21T08:00:00Z: durations and times as flags take them.

import Exchange
import Glibc

enum TimeNotation {
  /// Milliseconds of a duration such as `500ms`, `10s`, `5m`, `24h`, `7d`, `2w`; at most ten years.
  static func duration(_ text: String) throws(NotationError) -> Int64 {
    let sizes: KeyValuePairs<String, Int64> = [
      "ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000,
    ]
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let unit = text.dropFirst(digits.count)
    if let number = Int64(digits), let size = sizes.first(where: { $0.key == unit })?.value {
      let (product, overflow) = number.multipliedReportingOverflow(by: size)
      if !overflow, product <= 3650 * 86_400_000 { return product }
    }
    throw NotationError("\(text.quoted) is no duration; write 500ms, 10s, 5m, 24h or 7d")
  }

  /// A time: so long before `now`, a day in UTC, or RFC 3339 in UTC.
  static func time(_ text: String, now: WallTime) throws(NotationError) -> WallTime {
    if let back = try? duration(text) { return WallTime(milliseconds: now.milliseconds - back) }
    if let time = calendarTime(text) { return time }
    throw NotationError(
      "\(text.quoted) is no time; write how long ago (24h, 7d), a day (2026-11-21) or 2026-11-21T08:00:00Z, all in UTC")
  }

  private static func calendarTime(_ text: String) -> WallTime? {
    // 2026-11-21 and, after a T, 08:00:00Z.
    let shape = "0000-00-00T00:00:00Z"
    let isDay = text.count == 10
    guard text.count == shape.count || isDay else { return nil }
    var numbers = [0]
    for (letter, model) in zip(text, shape) {
      if model == "0" {
        guard letter.isASCII, let digit = letter.wholeNumberValue else { return nil }
        numbers[numbers.count - 1] = numbers[numbers.count - 1] * 10 + digit
      } else {
        guard letter == model else { return nil }
        numbers.append(0)
      }
    }
    numbers += Array(repeating: 0, count: max(0, 6 - numbers.count))
    var parts = unsafe tm()
    unsafe parts.tm_year = Int32(numbers[0] - 1900)
    unsafe parts.tm_mon = Int32(numbers[1] - 1)
    unsafe parts.tm_mday = Int32(numbers[2])
    unsafe parts.tm_hour = Int32(numbers[3])
    unsafe parts.tm_min = Int32(numbers[4])
    unsafe parts.tm_sec = Int32(numbers[5])
    // SAFETY: timegm reads and writes `parts` only.
    let time = WallTime(milliseconds: Int64(unsafe timegm(&parts)) * 1000)
    // timegm makes the first of March of the thirtieth of February; such a day does not read back as it was written.
    return Moments.text(time) == (isDay ? text + "T00:00:00Z" : text) ? time : nil
  }
}
