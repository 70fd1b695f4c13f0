import Bytes
import Testing

@testable import JSON

/// Numbers that jansson cannot hold. The corpus compares them with the scanner's, injured in every way.
@Suite struct WideNumbersTests {
  private static let numbers = [
    "18446744073709551615", "9223372036854775808", "-9223372036854775809", "1e400", "-1E+400", "1.0e309",
    "12345678901234567890.5e999", String(repeating: "9", count: 5000),
  ]

  @Test(arguments: numbers) func aWideNumberIsWrittenAsItCame(_ number: String) throws {
    for text in ["[\(number)]", "{\"a\":\(number)}", "{\"a\":[{\"b\":[1,\(number),\(number)]}],\"c\":0.5}"] {
      #expect(written(try parsed(text)) == text)
    }
    #expect(written(try JSONValue.parseAny(number.utf8.span)) == number)
  }

  @Test(arguments: numbers) func aWideNumberHasAKindAndANearestDoubleButNoInteger(_ number: String) throws {
    let value = try #require(try parsed("[\(number)]")[0])
    #expect(value.kind == (number.lowercased().contains("e") ? .real : .integer))
    #expect(value.integer == nil)
    #expect(value.string == nil)
    #expect(value.double?.isFinite == true)
    #expect(((value.double ?? 0) < 0) == number.hasPrefix("-"))
    #expect(try value == parsed("[ \(number) ]")[0])
    #expect(try value != parsed("[1]")[0])
  }

  @Test func theNearestDoubleIsTheNearestFiniteOne() throws {
    let values = try parsed("[18446744073709551615, 1e400, -1e400]")
    #expect(values[0]?.double == 0x1p64)
    #expect(values[1]?.double == .greatestFiniteMagnitude)
    #expect(values[2]?.double == -.greatestFiniteMagnitude)
  }

  @Test func noStringIsTakenForANumber() throws {
    let tagged = #""\u000118446744073709551615""#
    for string in [tagged, #""\u0001""#, #""\u0001\u00011e400""#, #""18446744073709551615""#, #""ÿ1""#, #""""#] {
      // Alone, beside a wide number (which has the text read in another way), and as a name.
      for text in ["[\(string)]", "[1e400,\(string),[\(string)]]", "{\(string):\(string),\"n\":1e400}"] {
        let value = try parsed(text)
        #expect(written(value) == text)
        #expect(written(try parsed(written(value))) == text)
      }
    }
    let built = JSONValue.string("\u{1}18446744073709551615")
    #expect(written(.array([built, try #require(try parsed("[1e400]")[0])])) == "[\(tagged),1e400]")
  }

  @Test func aWideNumberOutlivesItsDocumentInAnother() throws {
    let inner = try #require(try parsed(#"{"a":{"maximum":18446744073709551615}}"#)["a"])
    #expect(written(["schema": inner]) == #"{"schema":{"maximum":18446744073709551615}}"#)
  }

  @Test func whatElseIsWrongIsToldWhereItStoodInTheTextAsItCame() {
    let refused: [(text: String, message: String, line: Int, column: Int, offset: Int)] = [
      (#"{"a":1e400,"b" 1}"#, "':' expected", 1, 16, 16),
      ("{\"é\":1e400,\n\"b\":[\"\\u0001\", 18446744073709551615 x]}", "']' expected", 2, 37, 50),
      (#"[18446744073709551615"#, "']' expected", 1, 21, 21),
      (#"[18446744073709551615,01]"#, "a number with leading zeros", 1, 24, 24),
      (#"[18446744073709551615,"\x"]"#, "invalid escape", 1, 24, 24),
      (#"{"a":1e400,"a":1}"#, "duplicate object key", 1, 14, 14),
    ]
    for (text, message, line, column, offset) in refused {
      do throws(JSONError) {
        _ = try JSONValue.parse(text.utf8.span, rejectingDuplicates: true)
        Issue.record("accepted \(text)")
      } catch {
        #expect(
          error.message.hasPrefix(message) && error.line == line && error.column == column && error.offset == offset,
          "\(text): \(error) at \(error.offset)")
      }
    }
  }

  @Test func everyPrefixOfATextIsRefused() throws {
    let text = Array(#"{"a":[18446744073709551615,"\u0001",{"\u0001":-1.5e400}],"b":"é"}"#.utf8)
    for length in 0..<text.count {
      #expect(throws: JSONError.self, "\(length)") { try JSONValue.parse(Array(text[..<length]).span) }
    }
    #expect(written(try JSONValue.parse(text.span)).utf8.elementsEqual(text))
  }

  @Test func aTextOfNothingButWideNumbersIsReadAndNestedAsDeepAsOthers() throws {
    let many = "[" + Array(repeating: "1e999", count: 100_000).joined(separator: ",") + "]"
    #expect(written(try parsed(many)) == many)
    let deep = String(repeating: "[", count: 2047) + "1e999" + String(repeating: "]", count: 2047)
    #expect(written(try parsed(deep)) == deep)
    #expect(throws: JSONError.self) { try parsed("[\(deep)]") }
  }

  private func parsed(_ text: String) throws -> JSONValue { try JSONValue.parse(text.utf8.span) }

  private func written(_ value: JSONValue) -> String {
    var buffer = ByteBuffer()
    value.write(into: &buffer)
    return String(buffer.span)
  }
}
