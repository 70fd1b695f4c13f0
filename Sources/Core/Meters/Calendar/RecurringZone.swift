// RecurringZone: the offsets of a zone in all years to come, as the TZ string at the end of its file says.

/// `CET-1CEST,M3.5.0,M10.5.0/3`: POSIX.1-2017 8.3, with the hours that RFC 8536 3.3.1 adds.
struct RecurringZone {
  private struct Summer {
    var offset: Int64
    var start: Change
    var end: Change
  }

  /// A moment of each year, in seconds of local time since its first.
  private struct Change {
    enum Day {
      /// 1 to 365; February 29 is never counted.
      case julian(Int64)
      /// 0 to 365.
      case ordinal(Int64)
      /// The week 1 to 5 (the last) of a month, and the day of the week from Sunday, 0.
      case weekday(month: Int64, week: Int64, day: Int64)
    }
    var day: Day
    var seconds: Int64

    func secondsSinceEpoch(_ year: Int64) -> Int64 { days(year) * 86_400 + seconds }

    private func days(_ year: Int64) -> Int64 {
      let newYear = CivilDate(year: year, month: 1, day: 1).daysSinceEpoch
      switch day {
      case .ordinal(let day): return newYear + day
      case .julian(let day):
        let isLeap = CivilDate(year: year, month: 3, day: 1).daysSinceEpoch - newYear == 60
        return newYear + day - 1 + (isLeap && day >= 60 ? 1 : 0)
      case .weekday(let month, let week, let day):
        let first = CivilDate(year: year, month: month, day: 1).daysSinceEpoch
        let next =
          month == 12
          ? CivilDate(year: year + 1, month: 1, day: 1).daysSinceEpoch
          : CivilDate(year: year, month: month + 1, day: 1).daysSinceEpoch
        // 1970-01-01 was a Thursday, day 4.
        let firstWeekday = (first + 4) - (first + 4).flooredQuotient(by: 7) * 7
        var date = first + (day - firstWeekday + 7) % 7 + (week - 1) * 7
        if date >= next { date -= 7 }
        return date
      }
    }
  }

  private var standard: Int64 = 0
  private var summer: Summer?

  func offset(at seconds: Int64) -> Int64 {
    guard let summer else { return standard }
    // Beyond these years, the calendar's arithmetic would overflow; no policy looks there.
    guard abs(seconds) < 1 << 50 else { return standard }
    let year = CivilDate(daysSinceEpoch: (seconds + standard).flooredQuotient(by: 86_400)).year
    let start = summer.start.secondsSinceEpoch(year) - standard
    let end = summer.end.secondsSinceEpoch(year) - summer.offset
    let isSummer = start < end ? seconds >= start && seconds < end : seconds >= start || seconds < end
    return isSummer ? summer.offset : standard
  }

  // MARK: Parse

  init(_ text: [UInt8]) throws(TZifReader.Malformed) {
    var rest = text[...]
    try Self.skipName(&rest)
    standard = -(try Self.time(&rest, hoursMax: 24))
    if rest.isEmpty { return }
    try Self.skipName(&rest)
    var offset = standard + 3600
    if let next = rest.first, next != UInt8(ascii: ",") { offset = -(try Self.time(&rest, hoursMax: 24)) }
    let start = try Self.change(&rest)
    let end = try Self.change(&rest)
    guard rest.isEmpty else { throw Self.malformed }
    summer = Summer(offset: offset, start: start, end: end)
  }

  private static let malformed = TZifReader.Malformed(reason: "its TZ string is not one")

  private static func skipName(_ rest: inout ArraySlice<UInt8>) throws(TZifReader.Malformed) {
    let before = rest.count
    if rest.first == UInt8(ascii: "<") {
      guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { throw malformed }
      rest = rest[(end + 1)...]
    } else {
      rest = rest.drop { (65...90).contains($0 & 0xdf) }
    }
    if before - rest.count < 3 { throw malformed }
  }

  /// `[+-]hh[:mm[:ss]]`, in seconds.
  private static func time(_ rest: inout ArraySlice<UInt8>, hoursMax: Int64) throws(TZifReader.Malformed) -> Int64 {
    var sign: Int64 = 1
    if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") {
      sign = rest.removeFirst() == UInt8(ascii: "-") ? -1 : 1
    }
    var seconds = try number(&rest, upTo: hoursMax) * 3600
    for unit: Int64 in [60, 1] where rest.first == UInt8(ascii: ":") {
      rest.removeFirst()
      seconds += try number(&rest, upTo: 59) * unit
    }
    return sign * seconds
  }

  private static func number(_ rest: inout ArraySlice<UInt8>, upTo most: Int64) throws(TZifReader.Malformed) -> Int64 {
    var value: Int64 = 0
    let before = rest.count
    while let digit = rest.first, (48...57).contains(digit), before - rest.count < 4 {
      value = value * 10 + Int64(digit - 48)
      rest.removeFirst()
    }
    guard rest.count < before, value <= most else { throw malformed }
    return value
  }

  private static func change(_ rest: inout ArraySlice<UInt8>) throws(TZifReader.Malformed) -> Change {
    guard rest.popFirst() == UInt8(ascii: ",") else { throw malformed }
    var change = Change(day: .ordinal(0), seconds: 7200)
    switch rest.first {
    case UInt8(ascii: "M"):
      rest.removeFirst()
      let month = try number(&rest, upTo: 12)
      guard rest.popFirst() == UInt8(ascii: ".") else { throw malformed }
      let week = try number(&rest, upTo: 5)
      guard rest.popFirst() == UInt8(ascii: ".") else { throw malformed }
      let day = try number(&rest, upTo: 6)
      guard month >= 1, week >= 1 else { throw malformed }
      change.day = .weekday(month: month, week: week, day: day)
    case UInt8(ascii: "J"):
      rest.removeFirst()
      let day = try number(&rest, upTo: 365)
      guard day >= 1 else { throw malformed }
      change.day = .julian(day)
    default: change.day = .ordinal(try number(&rest, upTo: 365))
    }
    if rest.first == UInt8(ascii: "/") {
      rest.removeFirst()
      change.seconds = try time(&rest, hoursMax: 167)
    }
    return change
  }
}
