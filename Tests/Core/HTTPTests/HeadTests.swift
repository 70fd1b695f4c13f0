import Bytes
import HTTP
import Testing

@Suite struct HeadTests {
  static func head(_ fields: String) throws -> Head {
    var decoder = RequestDecoder()
    var input = ByteBuffer()
    input.append("GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n")
    return try #require(try decoder.next(from: &input)).head
  }

  @Test func fieldsAreFoundWhateverTheirCase() throws {
    let head = try Self.head("X-One: 1\r\nx-ONE: 2\r\nX-Two:\r\n")
    let one = text(head["x-one"])
    let two = text(head["x-two"])
    let none = text(head["x-three"])
    let slice = head.slice(of: "x-one").map { String($0.span) }
    let chosen = "X-TWO"
    let byName = text(head.value(of: chosen.utf8.span))
    #expect(one == "1" && two == "" && none == nil && slice == "1" && byName == "")
    #expect(head.count(of: "x-one") == 2 && head.count(of: "x-three") == 0)
  }

  @Test func hopByHopFieldsAreThoseOfTheStandardAndThoseTheConnectionFieldNames() throws {
    let head = try Self.head(
      "Connection: close, X-Private ,,TE\r\nX-Private: 1\r\nX-Public: 2\r\nTE: trailers\r\nKeep-Alive: 5\r\nUpgrade: h2c\r\n"
        + "Proxy-Connection: x\r\nProxy-Authorization: x\r\nTrailer: x\r\nConnection: x-more\r\nX-More: y\r\n")
    var kept: [String] = []
    for index in 0..<head.count where !head.isHopByHop(at: index) { kept.append(String(head.name(at: index))) }
    #expect(kept == ["Host", "X-Public"])
  }

  @Test func aForwardedLineIsTheLineThatCame() throws {
    let head = try Self.head("X-One:  1 \t\r\nX-Two: 2\r\n")
    var output = ByteBuffer()
    for index in 0..<head.count { output.appendField(at: index, of: head) }
    #expect(String(output.span) == "Host: a\r\nX-One:  1 \t\r\nX-Two: 2\r\n")
  }
}

@Suite struct HeadWriterTests {
  @Test func aHeadAndItsChunksAreWritten() {
    var output = ByteBuffer()
    output.append("POST /v1/x HTTP/1.1\r\n")
    output.appendField("host", "a")
    output.appendField("content-length", decimal: 12)
    output.appendHeadEnd()
    output.appendStatusLine(429)
    output.appendStatusLine(299)
    let text = "0123456789abcdef0"
    output.appendChunk(text.utf8.span)
    output.appendChunk(Span())
    output.appendLastChunk()
    #expect(
      String(output.span) == "POST /v1/x HTTP/1.1\r\nhost: a\r\ncontent-length: 12\r\n\r\n"
        + "HTTP/1.1 429 Too Many Requests\r\nHTTP/1.1 299 \r\n11\r\n0123456789abcdef0\r\n0\r\n\r\n")
  }

  @Test func noValueEndsItsField() {
    var output = ByteBuffer()
    output.appendField("x", "a\r\nset-cookie: b\0")
    #expect(String(output.span) == "x: a  set-cookie: b \r\n")
  }

  @Test func namesAreTokens() {
    let names = ["x-ok_1!", "", "a b", "a:", "a\r", "\u{e9}"]
    let answers = names.map { $0.utf8.span.isFieldName }
    #expect(answers == [true, false, false, false, false, false])
  }
}
