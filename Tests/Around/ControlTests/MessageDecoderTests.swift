import Bytes
import JSON
import Testing

@testable import Control

@Suite struct MessageDecoderTests {
  @Test func messagesEndAtTheirNULByte() {
    #expect(transcript("{\"method\":\"a.B\"}\0{\"x\":[1,2]}\0") == [#"{"method":"a.B"}"#, #"{"x":[1,2]}"#])
    #expect(transcript("{\"method\":\"a.B\"}") == [])
  }

  @Test func messagesAreTheSameWhereverTheyAreSplit() {
    let bytes = Array("{\"method\":\"a.B\",\"parameters\":{\"name\":\"\u{e4}\\u0000\\\"}{\"}}\0{}\0{\"n\":-1.5}\0".utf8)
    let whole = transcript(bytes)
    #expect(whole.count == 3)
    for split in 1..<bytes.count { #expect(transcript(bytes, pieces: [split, .max]) == whole, "split at \(split)") }
    #expect(transcript(bytes, pieces: [1]) == whole)
  }

  @Test(arguments: [
    ("", "the message is empty: two NUL bytes, or one before the first message"),
    ("{}|", "the message is empty: two NUL bytes, or one before the first message"),
    ("[1]", "the message is JSON, but not an object"),
    ("17", "the message is not JSON: line 1, column 2: '[' or '{' expected"),
    ("{\"a\":1", "the message is not JSON: line 1, column 6: '}' expected near end of file"),
    ("{\"a\":1}{", "the message is not JSON: line 1, column 8: end of file expected"),
    ("{\"a\":1,\"a\":2}", "the message is not JSON: line 1, column 10: duplicate object key"),
  ])
  func whatIsNoMessageIsRefusedInWords(message: String, refusal: String) {
    let wire = message.split(separator: "|", omittingEmptySubsequences: false).map { "\($0)\0" }.joined()
    #expect(transcript(wire).last == refusal)
    #expect(transcript(wire, pieces: [1]).last == refusal)
  }

  @Test func bytesThatAreNotUTF8AreRefusedAndNotRepeated() {
    let refused = transcript(Array("{\"secret\":\"".utf8) + [0xFF] + Array("\"}\0".utf8))
    #expect(refused == ["the message is not JSON: line 1, column 11: unable to decode byte 0xff"])
  }

  @Test func aMessageMayBeAsLongAsTheLimitAndNotLonger() {
    let longest = "{\"a\":\"" + String(repeating: "x", count: 92) + "\"}"
    #expect(longest.utf8.count == 100)
    #expect(transcript(longest + "\0", bytesMax: 100).count == 1)
    #expect(transcript(longest + " \0", bytesMax: 100) == ["the message is longer than 100 bytes"])
    // Without its end too, so that nothing is gathered beyond the limit.
    #expect(transcript(longest + " ", pieces: [7], bytesMax: 100) == ["the message is longer than 100 bytes"])
  }

  @Test func nestingIsBoundedBeforeItIsParsed() {
    func nested(_ depth: Int) -> String {
      "{\"a\":" + String(repeating: "[", count: depth - 1) + String(repeating: "]", count: depth - 1) + "}\0"
    }
    #expect(transcript(nested(64)).first?.hasPrefix("{") == true)
    #expect(transcript(nested(65)) == ["the message is nested more than 64 levels deep"])
    #expect(transcript(String(repeating: "{\"a\":", count: 1_000_000) + "\0").last?.contains("64 levels") == true)
  }

  @Test func bracketsInStringsAreNotNesting() {
    let brackets = String(repeating: "[{", count: 200)
    #expect(transcript("{\"\(brackets)\":\"\(brackets)\\\\\\\"\(brackets)\"}\0").first?.hasPrefix("{") == true)
    // A backslash that is itself escaped does not hide the quote behind it.
    let opened = "{\"a\":\"\\\\\",\"b\":" + String(repeating: "[", count: 80)
    #expect(transcript(opened + "\0") == ["the message is nested more than 64 levels deep"])
  }

  @Test func itTellsWhenPartOfAMessageHasArrived() throws {
    var decoder = MessageDecoder()
    var input = ByteBuffer()
    #expect(!decoder.isInsideMessage)
    input.append("{}\0{\"a\"")
    _ = try decoder.next(from: &input)
    #expect(!decoder.isInsideMessage)
    _ = try decoder.next(from: &input)
    #expect(decoder.isInsideMessage)
    input.append(":1}\0")
    _ = try decoder.next(from: &input)
    #expect(!decoder.isInsideMessage)
  }
}
