import Bytes
import Testing

@Suite struct ByteBufferTests {
  @Test func appendsAndConsumesInOrder() {
    var buffer = ByteBuffer()
    buffer.append("hello ")
    buffer.append("wörld".description)
    buffer.append(decimal: -42)
    buffer.append(hexadecimal: 255)
    #expect(String(buffer.span) == "hello wörld-42ff")
    buffer.consume(6)
    #expect(String(buffer.span) == "wörld-42ff")
    let all = buffer.count
    buffer.consume(all)
    let empty = buffer.isEmpty
    #expect(empty)
  }

  @Test func aSliceOutlivesGrowingConsumingAndClearing() {
    var buffer = ByteBuffer()
    buffer.append("first")
    let slice = buffer.slice(0..<5)
    for _ in 0..<1000 { buffer.append("more and more") }
    buffer.consume(300)
    buffer.removeAll()
    buffer.append("XXXXXXXXXX")
    #expect(String(slice.span) == "first")
    #expect(String(slice.slice(1..<3).span) == "ir")
  }

  @Test func theSameBytesComeOutHoweverTheyWentIn() {
    for step in 1...17 {
      var buffer = ByteBuffer()
      var expected: [UInt8] = []
      var taken: [UInt8] = []
      for round in 0..<500 {
        let chunk = (0..<step).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ round) }
        expected += chunk
        buffer.append(chunk.span)
        let drop = min(buffer.count, round % (step + 3))
        for index in 0..<drop { taken.append(buffer.span[index]) }
        buffer.consume(drop)
      }
      for index in 0..<buffer.count { taken.append(buffer.span[index]) }
      #expect(taken == expected)
    }
  }

  @Test func numbersAreReadExactlyOrNotAtAll() {
    func number(_ text: String) -> Int? { text.utf8.span.decimal }
    #expect(number("0") == 0)
    #expect(number("9223372036854775807") == .max)
    #expect(number("9223372036854775808") == nil)
    #expect(number("") == nil)
    #expect(number("1a") == nil)
    #expect(number("-1") == nil)
  }

  @Test func findsAndCompares() {
    let text = "Content-Type: text/event-stream"
    let span = text.utf8.span
    // A span cannot escape into #expect's own closure, so the answers are taken out first.
    let found = [
      span.firstIndex(of: UInt8(ascii: ":")), span.firstIndex(of: "event"), span.firstIndex(of: "event", from: 20),
    ]
    #expect(found == [12, 19, nil])
    let same = span.extracting(0..<12).equalsIgnoringCase("content-type")
    let other = span.extracting(0..<12).equalsIgnoringCase("content-typo")
    #expect(same && !other)
    let padded = " \t x \t"
    let trimmed = padded.utf8.span.trimmed.equals("x")
    #expect(trimmed)
  }
}
