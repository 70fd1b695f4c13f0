import Testing

@testable import Gateway

@Suite struct SplitMixTests {
  /// The reference implementation's first numbers (Vigna, splitmix64.c).
  static let known: [(seed: UInt64, numbers: [UInt64])] = [
    (0, [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4, 0x06c4_5d18_8009_454f]),
    (
      1_234_567,
      [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423, 4_593_380_528_125_082_431,
        16_408_922_859_458_223_821,
      ]
    ),
  ]

  @Test(arguments: known.indices) func theNumbersOfASeedAreThoseOfTheReference(row: Int) {
    var random = SplitMix(seed: Self.known[row].seed)
    #expect(Self.known[row].numbers.map { _ in random.next() } == Self.known[row].numbers)
  }

  @Test func twoGeneratorsSeededByTheSystemDiffer() {
    var one = SplitMix()
    var other = SplitMix()
    #expect(one.next() != other.next())
  }
}
