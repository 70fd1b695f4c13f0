import Exchange
import Testing

@Suite struct AmountsTests {
  @Test func anAbsurdNumberOfTokensFillsABudgetAndNeverWrapsIt() {
    let most = TokenCount(Int64.max)
    #expect(most + TokenCount(1) == most)
    #expect(TokenCount(Int64.min) - TokenCount(1) == TokenCount(Int64.min))
    #expect(most * 2 == most)
    #expect(most * -2 == TokenCount(Int64.min))
    #expect(TokenCount(0) - TokenCount(Int64.min) == most)
  }

  @Test func aRequestIDIsThirtyTwoHexadecimalDigits() {
    #expect(RequestID(high: 1, low: .max).description == "0000000000000001ffffffffffffffff")
  }

  @Test func totalIsTheReportedOneElseTheSum() {
    #expect(Usage(input: TokenCount(3), output: TokenCount(4)).total == TokenCount(7))
    #expect(Usage(input: TokenCount(3), output: TokenCount(4), reportedTotal: TokenCount(9)).total == TokenCount(9))
    #expect(Usage().total == .zero)
  }
}
