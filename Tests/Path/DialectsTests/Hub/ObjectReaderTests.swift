import Bytes
import JSON
import Testing

@testable import Anthropic
@testable import Bedrock
@testable import Cohere
@testable import Dialects
@testable import Gemini
@testable import Hub
@testable import OpenAI
@testable import Responses

@Suite struct ObjectReaderTests {
  @Test func aFaultNamesThePlaceAndWhatMustStandThere() throws {
    var body = try ObjectReader(parsing: ByteSlice(#"{"messages":[{"role":"user"},{"role":7}],"n":1.5}"#))
    var messages = try #require(try body.objects("messages"))
    #expect(throws: ShapeFault(path: "messages[1].role", problem: "must be a string")) {
      try messages[1].string("role")
    }
    #expect(throws: ShapeFault(path: "n", problem: "must be an integer")) { try body.integer("n") }
    #expect(throws: ShapeFault(path: "model", problem: "is missing")) { try body.required("model") }
  }

  @Test func whatNobodyAskedForIsKnownByName() throws {
    var body = try ObjectReader(
      parsing: ByteSlice(#"{"a":"x","b":2.0,"c":null,"d":[1],"e":[],"n":1,"prefix":false,"x":{}}"#))
    #expect(try body.string("a") == "x")
    #expect(try body.integer("b") == 2)
    // An empty list asks for nothing, nor does a value that is meant anyway; an empty object may switch something on.
    #expect(body.unread == ["d", "x"])
    #expect(try body.array("d")?.count == 1)
    #expect(body.unread == ["x"])
  }

  @Test func aMemberGivenTwiceIsRefused() {
    #expect(throws: ShapeFault.self) { try ObjectReader(parsing: ByteSlice(#"{"a":1,"a":2}"#)) }
    #expect(throws: ShapeFault.self) { try ObjectReader(parsing: ByteSlice("[]")) }
    #expect(throws: ShapeFault.self) { try ObjectReader(parsing: ByteSlice("")) }
  }

  @Test func namesMayStandInSnakeCaseWhereTheDialectSaysSo() throws {
    let text = #"{"top_k":1,"inner_list":[{"max_output_tokens":"7"}],"left_over":1}"#
    var body = try ObjectReader(parsing: ByteSlice(text), names: .camelOrSnake)
    #expect(try body.integer("topK") == 1)
    var inner = try #require(try body.objects("innerList")?.first)
    #expect(throws: ShapeFault(path: "innerList[0].maxOutputTokens", problem: "must be an integer")) {
      try inner.integer("maxOutputTokens")
    }
    #expect(body.unread == ["left_over"])
    #expect(throws: ShapeFault(path: "topK", problem: "is given twice")) {
      try ObjectReader(parsing: ByteSlice(#"{"topK":1,"top_k":1}"#), names: .camelOrSnake)
    }
  }
}
