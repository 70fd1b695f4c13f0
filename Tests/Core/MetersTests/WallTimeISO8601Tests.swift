import Exchange
import Testing

@testable import Meters

@Suite struct WallTimeISO8601Tests {
  @Test(
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("2026-11-21T13:05:09Z", 1_795_266_309_000),
      ("2024-02-29T23:59:59.999Z", 1_709_251_199_000),
    ] as [(String, Int64)])
  func `a moment is read to the second`(text: String, milliseconds: Int64) {
    #expect(WallTime(iso8601: text)?.milliseconds == milliseconds)
  }

  @Test func `what is written is read again`() {
    for day in stride(from: Int64(0), to: 40_000, by: 37) {
      let time = WallTime(milliseconds: day * 86_400_000 + 45_296_000)
      #expect(WallTime(iso8601: time.iso8601) == time)
    }
  }

  @Test(arguments: [
    "", "2026-11-21", "2026-11-21T13:05:09", "2026-11-21T13:05:09+01:00", "2026-13-21T13:05:09Z",
    "2026-11-00T13:05:09Z",
    "2026-11-21T24:05:09Z", "2026-11-21T13:60:09Z", "2026/11/21T13:05:09Z", "2026-11-21T13:05:09.xZ",
    "-026-11-21T13:05:09Z",
    "2026-11-21T13:05:0\u{e9}Z",
  ])
  func `anything else is no moment`(text: String) {
    #expect(WallTime(iso8601: text) == nil)
  }
}
