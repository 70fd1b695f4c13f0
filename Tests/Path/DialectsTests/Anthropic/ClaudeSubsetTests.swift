import JSON
import Testing

@testable import Anthropic
@testable import Hub

@Suite struct ClaudeSubsetTests {
  private func closed(_ text: String) throws -> (text: String, isApproximate: Bool)? {
    ClaudeSubset(try JSONValue.parse(text.utf8.span)).map { ($0.schema.text, $0.isApproximate) }
  }

  @Test func objectsAreClosedAndBoundsAreSaidInWords() throws {
    let said = try closed(
      #"{"type":"object","properties":{"score":{"type":"integer","minimum":1,"maximum":10,"description":"how good"},"#
        + #""tags":{"type":"array","items":{"type":"string","maxLength":9},"minItems":2}},"required":["score"]}"#)
    #expect(
      said?.text
        == #"{"type":"object","properties":{"score":{"type":"integer","description":"how good\n\n{minimum: 1, maximum: 10}"},"#
        + #""tags":{"type":"array","items":{"type":"string","description":"{maxLength: 9}"},"description":"{minItems: 2}"}},"#
        + #""required":["score"],"additionalProperties":false}"#)
    #expect(said?.isApproximate == true)
  }

  @Test func whatIsHeldToAnywayStaysAsItIs() throws {
    let text =
      ##"{"type":"object","properties":{"a":{"$ref":"#/$defs/b"},"c":{"anyOf":[{"type":"null"},{"const":1}]},"##
      + ##""d":{"type":"string","format":"date","enum":["x"]},"e":{"type":"array","minItems":1,"items":{"type":"number"}}},"##
      + ##""$defs":{"b":{"type":"boolean","title":"B"}},"additionalProperties":false}"##
    let said = try closed(text)
    #expect(said?.text == text && said?.isApproximate == false)
  }

  @Test func oneOfIsAnyOf() throws {
    #expect(try closed(#"{"oneOf":[{"type":"string"}]}"#)?.text == #"{"anyOf":[{"type":"string"}]}"#)
  }

  @Test(
    arguments: [
      #"{"type":"object"}"#, #"{"type":"object","additionalProperties":{"type":"string"}}"#,
      #"{"type":"object","properties":{"a":{"type":"object","additionalProperties":true}}}"#,
      ##"{"type":"object","properties":{"a":{"$ref":"#"}}}"##,
      ##"{"$ref":"#/$defs/a","$defs":{"a":{"anyOf":[{"$ref":"#/$defs/b"}]},"b":{"items":{"$ref":"#/$defs/a"}}}}"##,
      ##"{"$ref":"https://example.com/schema"}"##,
    ])
  func whatNoClosedSchemaMeansIsNone(text: String) throws {
    #expect(try closed(text) == nil)
  }
}
