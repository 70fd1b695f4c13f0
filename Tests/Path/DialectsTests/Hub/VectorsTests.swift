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

@Suite struct VectorsTests {
  private let vector: [Float] = [0.1, -1, 0, 3.4e38, .leastNonzeroMagnitude, 0.333333343]

  @Test func aVectorSurvivesBothSpellings() throws {
    #expect(try Vectors.read(base64: Vectors.base64(vector), at: "x") == vector)
    var json = JSONWriter()
    Vectors.write(vector, to: &json)
    let text = json.take()
    #expect(String(text.span).hasPrefix("[0.1,-1.0,0.0,"))
    #expect(try Vectors.read(JSONValue.parse(text.span), at: "x") == vector)
  }

  @Test func whatIsNoVectorIsRefusedByItsPlace() {
    #expect(throws: ShapeFault(path: "x[1]", problem: "must be a number")) { try Vectors.read([1, "2"], at: "x") }
    #expect(throws: ShapeFault(path: "x", problem: "must be an array")) { try Vectors.read("1", at: "x") }
    #expect(throws: ShapeFault(path: "x", problem: "must be floats in base64")) {
      try Vectors.read(base64: "YWI=", at: "x")
    }
  }

  @Test func numbersThatJSONHasNotAreZero() {
    var json = JSONWriter()
    Vectors.write([.nan, .infinity], to: &json)
    #expect(String(json.take().span) == "[0,0]")
  }
}
