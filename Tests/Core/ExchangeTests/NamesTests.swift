import Exchange
import Testing

@Suite struct NamesTests {
  @Test func aRequestIDReadsBackFromItsDigits() {
    for id in [RequestID(high: 0, low: 0), RequestID(high: 0x0123_4567_89ab_cdef, low: .max)] {
      #expect(RequestID(digits: id.description) == id)
    }
  }

  @Test(arguments: [
    "", "0", String(repeating: "0", count: 31), String(repeating: "0", count: 33), String(repeating: "G", count: 32),
    String(repeating: "A", count: 32), "+0000000000000000000000000000000", "-" + String(repeating: "1", count: 31),
    String(repeating: "ä", count: 16),
  ]) func otherTextsAreNoRequestID(text: String) {
    #expect(RequestID(digits: text) == nil)
  }
}
