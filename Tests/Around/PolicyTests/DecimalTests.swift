import Testing

@testable import Policy

@Suite struct DecimalTests {
  @Test(
    arguments: [
      ("0", 1, 0), ("1", 1_000, 1_000), ("0.001", 1_000, 1), ("1.50", 10, 15), ("007.0", 1, 7), ("2.000000000", 1, 2),
      ("0.0001", 1_000, nil), ("1.5", 1, nil), ("9223372036854775807", 1, .max), ("9223372036854775807", 10, .max),
      ("99999999999999999999", 1, .max), ("99999999999999999999.5", 10, .max), ("0.1234567890123456789", 1, nil),
      ("0.5", 1_000_000_000_000_000, 500_000_000_000_000),
    ] as [(String, Int64, Int64?)])
  func `a decimal is so many units, or no whole number of them`(text: String, scale: Int64, expected: Int64?) throws {
    #expect(try #require(Decimal(text)).scaled(by: scale) == expected)
  }

  @Test(arguments: ["", ".", ".5", "5.", "-1", "+1", "1e3", "1.2.3", "1,5", "0x1", " 1", "inf"])
  func `what has a sign, an exponent or no digits is none`(text: String) {
    #expect(Decimal(text) == nil)
  }
}
