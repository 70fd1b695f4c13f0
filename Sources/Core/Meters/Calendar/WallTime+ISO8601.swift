// WallTime+ISO8601: reads the moments that services write (RFC 3339 5.6), in universal time.

import Exchange

extension WallTime {
  /// The moment that `2026-03-01T00:00:00Z` names, fractions of a second left out; nil for any other text.
  public init?(iso8601 text: String) {
    let bytes = Array(text.utf8)
    func number(_ range: Range<Int>) -> Int64? {
      bytes[range].allSatisfy { (48...57).contains($0) } ? Int64(String(decoding: bytes[range], as: UTF8.self)) : nil
    }
    guard (20...32).contains(bytes.count), bytes.last == UInt8(ascii: "Z"), bytes[4] == 45, bytes[7] == 45,
      bytes[10] == UInt8(ascii: "T"), bytes[13] == 58, bytes[16] == 58,
      bytes.count == 20 || (bytes[19] == 46 && bytes[20..<bytes.count - 1].allSatisfy { (48...57).contains($0) }),
      let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
      let minute = number(14..<16), let second = number(17..<19), (1...12).contains(month), (1...31).contains(day),
      hour < 24, minute < 60, second <= 60
    else { return nil }
    let days = CivilDate(year: year, month: month, day: day).daysSinceEpoch
    self.init(milliseconds: ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000)
  }
}
