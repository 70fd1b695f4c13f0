import Bytes
import JSON
import Testing

@Suite struct JSONWriterTests {
  @Test func whatIsWrittenPieceByPieceIsADocument() throws {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("model", "a\"b")
      writer.member("max_tokens", Int64(7))
      writer.member("temperature", ifGiven: 0.7)
      writer.member("seed", ifGiven: nil as Int64?)
      writer.array("stop", of: ["x", "y"]) { $0.string($1) }
      writer.object("tools") { _ in }
      writer.name(anyOf: "ключ \n")
      writer.beginArray()
      writer.integer(1)
      writer.integer(2)
      writer.endArray()
      writer.member("raw", ["a": [true, .null]])
    }
    let text = writer.take()
    #expect(
      String(text.span)
        == #"{"model":"a\"b","max_tokens":7,"temperature":0.7,"stop":["x","y"],"tools":{},"ключ \n":[1,2],"raw":{"a":[true,null]}}"#
    )
    #expect(try JSONValue.parse(text.span).count == 7)
  }

  @Test func wholeNumbersHaveNoPoint() {
    var writer = JSONWriter()
    writer.beginArray()
    for number in [1.0, -0.5, 1e300, 0] { writer.double(number) }
    writer.endArray()
    let text = writer.take()
    #expect(String(text.span) == "[1,-0.5,1e+300,0]")
  }
}
