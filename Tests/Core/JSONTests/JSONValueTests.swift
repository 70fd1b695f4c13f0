import Bytes
import JSON
import Testing

@Suite struct JSONValueTests {
  @Test func readsEveryKindAndKeepsTheOrderOfMembers() throws {
    let value = try parsed(
      #"{"z": "wörld \u00e9\n", "a": [1, -2.5, true, false, null], "m": {"": {}}, "big": 9223372036854775807}"#)
    #expect(value.kind == .object)
    #expect(value.members?.map(\.name) == ["z", "a", "m", "big"])
    #expect(value["z"]?.string == "wörld é\n")
    #expect(value["big"]?.integer == .max)
    let list = try #require(value["a"])
    #expect(list.count == 5)
    #expect(list.elements?.map(\.kind) == [.integer, .real, .boolean, .boolean, .null])
    #expect(list[1]?.double == -2.5)
    #expect(list[0]?.double == 1)
    #expect(list[2]?.bool == true)
    #expect(list[3]?.bool == false)
    #expect(list[4]?.isNull == true)
    #expect(value["m"]?[""]?.count == 0)
  }

  @Test func aStringMayHoldNUL() throws {
    #expect(try parsed(#"["a\u0000b"]"#)[0]?.string == "a\0b")
  }

  @Test func anotherKindOrAMissingMemberIsNil() throws {
    let value = try parsed(#"{"a": "text"}"#)
    #expect(value["b"] == nil)
    #expect(value["a"]?.integer == nil)
    #expect(value["a"]?.bool == nil)
    #expect(value["a"]?.double == nil)
    #expect(value["a"]?.elements == nil)
    #expect(value["a"]?.members == nil)
    #expect(value["a"]?["b"] == nil)
    #expect(value["a"]?[0] == nil)
    #expect(value[-1] == nil)
    #expect(value.string == nil)
    #expect(!value.isNull)
  }

  @Test func aPartOutlivesTheVariableThatHeldTheWhole() throws {
    var inner: JSONValue?
    do { inner = try parsed(#"{"a": {"b": ["kept"]}}"#)["a"]?["b"] }
    #expect(inner?[0]?.string == "kept")
  }

  @Test func refusesWithLineAndColumn() {
    let refused: [(text: String, message: String, line: Int, column: Int, offset: Int)] = [
      ("", "the text is empty", 1, 0, 0),
      ("{\n  \"a\": 1,\n}", "string or '}' expected", 3, 1, 13),
      ("{\"é\": x}", "invalid token", 1, 7, 8),
      ("[1, 2", "']' expected near end of file", 1, 5, 5),
      ("7", "'[' or '{' expected", 1, 1, 1),
      ("{\"a\": 1\0}", "NUL byte", 1, 8, 8),
      ("{\"\\u0000\": 1}", "NUL byte in object key not supported", 1, 9, 9),
      ("{} {}", "end of file expected", 1, 4, 4),
    ]
    for (text, message, line, column, offset) in refused {
      #expect(
        refusal(of: text) == JSONError(message: message, line: line, column: column, offset: offset), "\(text)")
    }
  }

  @Test func anErrorNeverQuotesTheText() {
    let message = refusal(of: #"{"api_key" "sk-12345"}"#)?.description
    #expect(message == "line 1, column 21: ':' expected")
  }

  @Test func theLastOfTwinMembersCountsUnlessTheyAreRejected() throws {
    let text = #"{"a": 1, "b": 2, "a": 3}"#
    #expect(try parsed(text)["a"]?.integer == 3)
    #expect(refusal(of: text, rejectingDuplicates: true)?.message == "duplicate object key")
  }

  @Test func buildsAndWritesInOrder() {
    let value = JSONValue.object([
      ("model", "gpt-4o"), ("n", 1), ("temperature", .double(0.7)), ("stream", true), ("stop", .null),
      ("messages", [["role": "user", "content": .string("a \"quoted\" \\ line\n\u{1}é😀")], []]), ("", false),
    ])
    let expected =
      #"{"model":"gpt-4o","n":1,"temperature":0.7,"stream":true,"stop":null,"#
      + #""messages":[{"role":"user","content":"a \"quoted\" \\ line\n\u0001é😀"},[]],"":false}"#
    #expect(written(value) == expected)
  }

  @Test func whatIsWrittenReadsBackTheSame() throws {
    let texts = [
      #"{"a":[{},[],"",0,-1,1e300,5e-324,0.1,-0.0,123456789.125,9007199254740993]}"#,
      #"["\b\f\n\r\t\"\\/\u0001\u001f\u007f é😀"]"#,
      "[1.7976931348623157e308,1e16,1e22,1e-7]",
    ]
    for text in texts {
      let value = try parsed(text)
      #expect(try parsed(written(value)) == value, "\(text)")
    }
  }

  @Test func equalMeansTheSameDocumentInAnyOrderOfMembers() throws {
    #expect(try parsed(#"{"a":1,"b":[2]}"#) == parsed(#"{"b":[2],"a":1}"#))
    #expect(try parsed("[1]") != parsed("[1.0]"))
  }

  private func parsed(_ text: String) throws -> JSONValue { try JSONValue.parse(text.utf8.span) }

  private func refusal(of text: String, rejectingDuplicates: Bool = false) -> JSONError? {
    do throws(JSONError) {
      _ = try JSONValue.parse(text.utf8.span, rejectingDuplicates: rejectingDuplicates)
      return nil
    } catch {
      return error
    }
  }

  private func written(_ value: JSONValue) -> String {
    var buffer = ByteBuffer()
    value.write(into: &buffer)
    return String(buffer.span)
  }
}
