import Testing

@testable import Meters

@Suite struct MeterKeyTests {
  @Test func noTwoListsOfValuesMakeOneKey() {
    let lists = [
      ["a", "bc"], ["ab", "c"], ["a,", "bc"], ["1:a,", "bc"], ["", "1:a,"], ["1:a", ","], ["", ""], ["a", "", "bc"],
    ]
    #expect(Set(lists.map(MeterKey.joined)).count == lists.count)
    for list in lists { #expect(MeterKey.values(of: MeterKey.joined(list), count: list.count) == list) }
  }

  @Test func oneValueIsItsOwnKeyAndNoneTheEmptyOne() {
    #expect(MeterKey.joined(["alice"]) == "alice")
    #expect(MeterKey.joined([]) == "")
    #expect(MeterKey.values(of: "alice", count: 1) == ["alice"])
  }

  @Test func aLongKeyIsShortenedAndStaysDistinct() {
    let long = String(repeating: "é", count: 40_000)
    #expect(MeterKey.joined([long]).utf8.count < MeterKey.bytesMax)
    #expect(MeterKey.joined([long]) != MeterKey.joined([long + "x"]))
    #expect(MeterKey.joined([long]) == MeterKey.joined([long]))
    #expect(MeterKey.values(of: MeterKey.joined([long, "a"]), count: 2).count == 1)
  }
}
