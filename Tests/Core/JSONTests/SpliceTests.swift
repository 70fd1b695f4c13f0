import Bytes
import JSON
import Testing

@Suite struct SpliceTests {
  private let scanner = FieldScanner<RequestField>()

  @Test func replacesAValueAndLeavesTheRestAsItIs() throws {
    let edited = try splice(#"{ "model" : "a", "n":1 }"#) { splice, table in
      splice.replace(table[.model]!.value.range, with: ByteSlice(#""bb""#))
    }
    #expect(edited == #"{ "model" : "bb", "n":1 }"#)
  }

  @Test func insertsIntoAnObjectWithAndWithoutMembers() throws {
    for (body, expected) in [
      (#"{"n":1}"#, #"{"user":"u","stream":true,"n":1}"#), ("{}", #"{"user":"u","stream":true}"#),
      ("{ }", #"{"user":"u","stream":true }"#),
    ] {
      let edited = try splice(body) { splice, table in
        splice.insert("user", value: ByteSlice(#""u""#), into: table.object)
        splice.insert("stream", value: ByteSlice("true"), into: table.object)
      }
      #expect(edited == expected)
    }
  }

  @Test func insertsIntoANestedObject() throws {
    let scanner = self.scanner
    let body = #"{"stream_options":{ },"model":"m"}"#
    let edited = try splice(body) { splice, table in
      let options = try! scanner.scan(body.utf8.span, in: table[.streamOptions]!.value.range)
      splice.insert("include_usage", value: ByteSlice("true"), into: options.object)
    }
    #expect(edited == #"{"stream_options":{"include_usage":true },"model":"m"}"#)
  }

  @Test func removesMembersWithTheirCommas() throws {
    let body = #"{"model":1, "n":2 ,"user":3}"#
    let cases: [(gone: [RequestField], left: String)] = [
      ([.model], #"{ "n":2 ,"user":3}"#), ([.n], #"{"model":1, "user":3}"#), ([.user], #"{"model":1, "n":2 }"#),
      ([.model, .n], #"{ "user":3}"#), ([.user, .n], #"{"model":1}"#), ([.model, .user], #"{ "n":2 }"#),
      ([.n, .user, .model], "{ }"),
    ]
    for (gone, left) in cases {
      let edited = try splice(body) { splice, table in
        for name in gone { splice.remove(table[name]!, from: table.object) }
      }
      #expect(edited == left, "\(gone)")
    }
  }

  @Test func removingAllAndInsertingLeavesNoCommaBehind() throws {
    let edited = try splice(#"{"model":1,"n":2}"#) { splice, table in
      splice.remove(table[.n]!, from: table.object)
      splice.remove(table[.model]!, from: table.object)
      splice.insert("a", value: ByteSlice("1"), into: table.object)
      splice.insert("b\"", value: ByteSlice("2"), into: table.object)
    }
    #expect(edited == #"{"a":1,"b\"":2}"#)
  }

  @Test func editsMayBeGivenInAnyOrder() throws {
    let edited = try splice(#"{"model":"a","stream":false,"n":1}"#) { splice, table in
      splice.replace(table[.n]!.value.range, with: ByteSlice("2"))
      splice.remove(table[.stream]!, from: table.object)
      splice.replace(table[.model]!.value.range, with: ByteSlice(#""b""#))
      splice.insert("user", value: ByteSlice("null"), into: table.object)
    }
    #expect(edited == #"{"user":null,"model":"b","n":2}"#)
  }

  @Test func noEditIsOnePieceAndNoBodyIsNone() {
    #expect(Splice(of: ByteSlice("{}")).pieces.count == 1)
    #expect(Splice(of: ByteSlice()).pieces.isEmpty)
  }

  @Test func quotedTextReadsBackTheSame() throws {
    var every = ""
    for code in UInt32(1)...0x180 { every.unicodeScalars.append(Unicode.Scalar(code)!) }
    for text in ["", "plain", "\"", "\\", every, "é漢😀\u{2028}"] {
      var buffer = ByteBuffer()
      buffer.append("[")
      JSONText.appendQuoted(text, to: &buffer)
      buffer.append("]")
      #expect(try JSONValue.parse(buffer.span)[0]?.string == text)
    }
  }

  private func splice(_ text: String, _ edit: (inout Splice, FieldTable<RequestField>) -> Void) throws -> String {
    let body = ByteSlice(text)
    var splice = Splice(of: body)
    edit(&splice, try scanner.scan(body.span))
    var edited = ByteBuffer()
    for piece in splice.pieces { edited.append(piece) }
    #expect(splice.count == edited.count)
    return String(edited.span)
  }
}
