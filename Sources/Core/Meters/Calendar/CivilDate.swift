// CivilDate: days of the calendar as numbers, and times as people write them.

import Exchange

/// A day of the proleptic Gregorian calendar.
/// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil and civil_from_days.
struct CivilDate: Hashable {
  var year: Int64
  var month: Int64
  var day: Int64

  init(year: Int64, month: Int64, day: Int64) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// Years are counted from March, so that the leap day is a year's last; 719,468 days lie between 0000-03-01 and
  /// 1970-01-01, and 146,097 in each era of 400 years.
  init(daysSinceEpoch: Int64) {
    let shifted = daysSinceEpoch + 719_468
    let era = shifted.flooredQuotient(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    assert((1...12).contains(month) && (1...31).contains(day), "day \(daysSinceEpoch) is \(year)-\(month)-\(day)")
  }

  var daysSinceEpoch: Int64 {
    assert((1...12).contains(month) && (1...31).contains(day), "there is no \(year)-\(month)-\(day)")
    let yearFromMarch = month <= 2 ? year - 1 : year
    let era = yearFromMarch.flooredQuotient(by: 400)
    let yearOfEra = yearFromMarch - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}

extension WallTime {
  /// `2026-03-01T00:00:00Z`, rounded up to the second: a time to come back at is never too early.
  public var iso8601: String {
    let seconds = saturatingSum(milliseconds, 999).flooredQuotient(by: 1000)
    let days = seconds.flooredQuotient(by: 86_400)
    let date = CivilDate(daysSinceEpoch: days)
    let second = seconds - days * 86_400
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(date.year)-\(two(date.month))-\(two(date.day))"
      + "T\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))Z"
  }
}

extension Int64 {
  /// Division that rounds towards minus infinity, as the calendar before 1970 needs it.
  func flooredQuotient(by divisor: Int64) -> Int64 {
    assert(divisor > 0, "a divisor of \(divisor)")
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
