import Bytes
import JSON
import Testing

@Suite struct FieldScannerTests {
  private let scanner = FieldScanner<RequestField>()

  @Test func findsTheWantedMembersWhereTheyStand() throws {
    let text = #" {"model" : "gpt-4o", "x": {"model": 1}, "stream":true,"n":-7,"user":null, "max_tokens":1e2} "#
    let table = try scanner.scan(text.utf8.span)
    #expect(piece(table[.model]?.name, of: text) == #""model""#)
    #expect(piece(table[.model]?.value.range, of: text) == #""gpt-4o""#)
    #expect(value(table[.model], in: text) { $0.string(in: $1) } == "gpt-4o")
    #expect(value(table[.stream], in: text) { $0.bool(in: $1) } == true)
    #expect(value(table[.n], in: text) { $0.integer(in: $1) } == -7)
    #expect(table[.user]?.value.kind == .null)
    #expect(table[.maxTokens]?.value.kind == .real)
    #expect(value(table[.maxTokens], in: text) { $0.integer(in: $1) } == nil)
    #expect(table[.messages] == nil)
    #expect(table.object.range == 1..<text.utf8.count - 1)
    #expect(table.object.memberCount == 6)
    #expect(table.firstDuplicated == nil)
  }

  @Test func aNameMatchesHoweverItIsWritten() throws {
    let text = #"{"\u006dod\u0065l":1,"max_completion\u005ftokens":2,"mode":3,"models":4,"Model":5,"model\u0301":6}"#
    let table = try scanner.scan(text.utf8.span)
    #expect(value(table[.model], in: text) { $0.integer(in: $1) } == 1)
    #expect(value(table[.maxCompletionTokens], in: text) { $0.integer(in: $1) } == 2)
    #expect(table.firstDuplicated == nil)
  }

  @Test func theLastOfTwinsIsFoundAndMarked() throws {
    let text = #"{"model":"cheap","n":1,"mod\u0065l":"dear"}"#
    let table = try scanner.scan(text.utf8.span)
    #expect(value(table[.model], in: text) { $0.string(in: $1) } == "dear")
    #expect(table[.model]?.isDuplicated == true)
    #expect(table[.n]?.isDuplicated == false)
    #expect(table.firstDuplicated == .model)
    #expect(table.object.memberCount == 3)
  }

  @Test func stringsAreReadWithTheirEscapesUndone() throws {
    let text = #"{"model":"a\"\\\/\b\f\n\r\t\u0000\u0041\u00e9\u20AC\ud83d\ude00é","user":"plain é","n":""}"#
    let table = try scanner.scan(text.utf8.span)
    #expect(value(table[.model], in: text) { $0.string(in: $1) } == "a\"\\/\u{8}\u{C}\n\r\t\0Aé€😀é")
    #expect(value(table[.model], in: text) { $0.plainString(in: $1) } == nil)
    #expect(piece(value(table[.user], in: text) { $0.plainString(in: $1) }, of: text) == "plain é")
    #expect(value(table[.n], in: text) { $0.string(in: $1) } == "")
  }

  @Test func integersAreExactToTheLastBit() throws {
    let text = #"{"n":-9223372036854775808,"user":9223372036854775807,"model":-0}"#
    let table = try scanner.scan(text.utf8.span)
    #expect(value(table[.n], in: text) { $0.integer(in: $1) } == .min)
    #expect(value(table[.user], in: text) { $0.integer(in: $1) } == .max)
    #expect(value(table[.model], in: text) { $0.integer(in: $1) } == 0)
  }

  @Test func anIntegerBeyondInt64IsAnIntegerWithoutAValue() throws {
    for number in ["9223372036854775808", "-9223372036854775809", "18446744073709551615", "99999999999999999999"] {
      let table = try scanner.scan("{\"n\":\(number)}".utf8.span)
      #expect(table[.n]?.value.kind == .integer)
      #expect(value(table[.n], in: "{\"n\":\(number)}") { $0.integer(in: $1) } == .some(nil), "\(number)")
    }
  }

  @Test func nestedObjectsAndArraysAreScannedInPlace() throws {
    enum ChunkField: String, FieldName { case choices, delta, content, usage }
    let chunks = FieldScanner<ChunkField>()
    let text = #"{"choices":[ {"delta":{"content":"one"}} , {"delta":{"content":"two"}}, 3 ],"usage":{}}"#
    let table = try chunks.scan(text.utf8.span)
    var elements = ArrayScanner(try #require(table[.choices]).value)
    var contents: [String?] = []
    while let element = try elements.next(in: text.utf8.span) {
      guard element.kind == .object else {
        contents.append(nil)
        continue
      }
      let choice = try chunks.scan(text.utf8.span, in: element.range)
      let delta = try chunks.scan(text.utf8.span, in: try #require(choice[.delta]).value.range)
      contents.append(value(delta[.content], in: text) { $0.string(in: $1) })
    }
    #expect(contents == ["one", "two", nil])
    #expect(try elements.next(in: text.utf8.span) == nil)
    let usage = try chunks.scan(text.utf8.span, in: try #require(table[.usage]).value.range)
    #expect(usage.object.memberCount == 0)
  }

  @Test func anEmptyArrayHasNoElements() throws {
    for text in [#"{"messages":[]}"#, #"{"messages":[ ]}"#] {
      var elements = ArrayScanner(try #require(try scanner.scan(text.utf8.span)[.messages]).value)
      #expect(try elements.next(in: text.utf8.span) == nil)
    }
  }

  @Test func refusesWithLineAndColumn() {
    let refused: [(text: String, description: String)] = [
      ("", "line 1, column 0: a JSON object expected"),
      ("[]", "line 1, column 1: a JSON object expected"),
      ("{\n \"é\": x}", "line 2, column 7: a value expected"),
      ("{\"a\":1,}", "line 1, column 8: a member's name expected"),
      ("{\"a\" 1}", "line 1, column 6: ':' expected"),
      ("{\"a\":[1 2]}", "line 1, column 9: ',' or ']' expected"),
      ("{\"a\":{\"b\":1]}", "line 1, column 12: ',' or '}' expected"),
      ("{\"a\":1", "line 1, column 6: ',' or '}' expected"),
      ("{\"a\":", "line 1, column 5: the text ends too early"),
      ("{\"a\":\"b", "line 1, column 7: the text ends inside a string"),
      ("{\"a\":\"\n\"}", "line 1, column 7: control character in a string"),
      ("{\"a\":\"\\x\"}", "line 1, column 7: invalid escape"),
      ("{\"a\\u0000\":1}", "line 1, column 4: \\u0000 is not allowed in a name"),
      ("{\"a\":{\"\\u0000\":1}}", "line 1, column 8: \\u0000 is not allowed in a name"),
      ("{\"a\":\"\\udc00\"}", "line 1, column 7: lone surrogate in an escape"),
      ("{\"a\":01}", "line 1, column 7: a number with leading zeros"),
      ("{\"a\":-}", "line 1, column 7: a digit expected"),
      ("{\"a\":1e}", "line 1, column 8: a digit expected"),
      ("{\"a\":18446744073709551615.}", "line 1, column 27: a digit expected"),
      ("{\"a\":1\0}", "line 1, column 7: ',' or '}' expected"),
      ("{} {}", "line 1, column 4: more text after the object"),
    ]
    for (text, description) in refused { #expect(refusal(of: Array(text.utf8))?.description == description, "\(text)") }
    #expect(refusal(of: Array("{\"a\":\"".utf8) + [0xC0, 0x80])?.description == "line 1, column 7: invalid UTF-8")
    #expect(
      refusal(of: Array(Corpus.nested(2048).utf8))?.description
        == "line 1, column 2075: nested more than 2048 levels deep")
    #expect(refusal(of: Array(Corpus.nested(2047).utf8)) == nil)
  }

  @Test func everyPrefixOfABodyIsRefused() {
    let body = Array(#"{"model":"gpt\u002d4o é😀","n":-1.5e3,"messages":[{"a":[true,false,null]}]}"#.utf8)
    for length in 0..<body.count { #expect(refusal(of: Array(body[..<length])) != nil, "\(length)") }
    #expect(refusal(of: body) == nil)
  }

  @Test func stringsOfEveryLengthEndWhereTheyEnd() throws {
    // Every length up to some vectors, each with every kind of ending, at every offset within a word.
    for length in 0..<300 {
      let text = "{\"" + String(repeating: "x", count: length % 9) + "_\":\"" + String(repeating: "y", count: length)
      for ending in ["", "é", "\\n", "\\\"y"] {
        let whole = text + ending + "\",\"n\":5}"
        #expect(value(try scanner.scan(whole.utf8.span)[.n], in: whole) { $0.integer(in: $1) } == 5)
      }
      #expect(refusal(of: Array((text + "\u{1F}\"}").utf8)) != nil)
      #expect(refusal(of: Array(text.utf8) + [0x80, 34, 125]) != nil)
    }
  }

  private func refusal(of bytes: [UInt8]) -> JSONError? {
    do throws(JSONError) {
      _ = try scanner.scan(bytes.span)
      return nil
    } catch {
      return error
    }
  }

  private func piece(_ range: Range<Int>?, of text: String) -> String? {
    range.map { String(text.utf8.span.extracting($0)) }
  }

  private func value<Answer>(
    _ field: Field?, in text: String, _ ask: (ScannedValue, Span<UInt8>) -> Answer?
  ) -> Answer? {
    field.flatMap { ask($0.value, text.utf8.span) }
  }
}
