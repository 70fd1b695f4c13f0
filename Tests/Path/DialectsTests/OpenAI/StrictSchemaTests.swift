import JSON
import Testing

@testable import OpenAI

@Suite struct StrictSchemaTests {
  @Test(
    arguments: [
      (#"{"type":"object","properties":{},"additionalProperties":false}"#, true),
      (#"{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}"#, true),
      (#"{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}"#, false),
      (#"{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}"#, false),
      (
        #"{"type":"object","properties":{"a":{"type":"array","items":{"type":"object","properties":{}}}},"required":["a"],"additionalProperties":false}"#,
        false
      ),
      (
        ##"{"type":"object","properties":{"a":{"$ref":"#/$defs/b"}},"required":["a"],"additionalProperties":false,"$defs":{"b":{"type":["string","null"]}}}"##,
        true
      ),
      (
        #"{"type":"object","properties":{"a":{"type":"string","maxLength":3}},"required":["a"],"additionalProperties":false}"#,
        false
      ),
      (#"{"type":"object","properties":{},"additionalProperties":false,"anyOf":[]}"#, false),
      (#"{"type":"array"}"#, false),
      ("{}", false),
    ])
  func aSchemaIsStrictWhereOpenAITakesItSo(text: String, fits: Bool) throws {
    #expect(StrictSchema.fits(try JSONValue.parse(text.utf8.span)) == fits)
  }

  @Test func aDeepSchemaIsNotFollowedToItsEnd() throws {
    let text = String(repeating: #"{"type":"array","items":"#, count: 900) + "{}" + String(repeating: "}", count: 900)
    #expect(!StrictSchema.fits(["type": "object", "properties": ["a": try JSONValue.parse(text.utf8.span)]]))
  }
}
