import Bytes
import HTTP
import Testing

@Suite struct EventStreamDecoderTests {
  /// The same stream with each of the three line ends; its events by the standard's own examples (9.2.6).
  static let table: [(wire: String, seen: [String])] = [
    ("data: a\n\n", ["message: a"]),
    ("data:a\n\ndata: b\n\n", ["message: a", "message: b"]),
    ("data:  two spaces\n\n", ["message:  two spaces"]),
    ("data: YHOO\ndata: +2\ndata: 10\n\n", ["message: YHOO\n+2\n10"]),
    ("data\n\ndata\ndata\n\ndata:", ["message: ", "message: \n", "unfinished", "message: "]),
    (": test stream\n\ndata: first\nid: 1\n\ndata:second\nid\n\n", ["message: first", "message: second"]),
    (
      "event: delta\ndata: {}\n\ndata: x\nevent: a\nevent: b\n\nevent:\ndata: y\n\n",
      ["delta: {}", "b: x", "message: y"]
    ),
    ("event: nothing\n\nretry: 10\n\n", []),
    ("\n\n\ndata: after blanks\n\n\n\n", ["message: after blanks"]),
    ("database: no\ndata : no\nDATA: no\n data: no\ndata: yes\n\n", ["message: yes"]),
    ("\u{feff}data: marked\n\n\u{feff}data: not again\n\n", ["message: marked"]),
    ("data: [DONE]", ["unfinished", "message: [DONE]"]),
    ("data: caf\u{e9}\n\n: keep alive\n\ndata: \u{1F600}\n\n", ["message: caf\u{e9}", "message: \u{1F600}"]),
    ("", []),
  ]

  @Test(arguments: table.indices, ["\n", "\r", "\r\n"])
  func theSameEventsComeOutHoweverTheBytesArrive(row: Int, lineEnd: String) {
    let (wire, seen) = Self.table[row]
    let bytes = Array(wire.replacing("\n", with: lineEnd).utf8)
    for reads in Reads.every(bytes.count) {
      let found = events(in: bytes, reads)
      #expect(found.seen == seen, "\(reads)")
      #expect(found.raw == bytes, "\(reads)")
    }
  }

  @Test func lineEndsMayBeMixed() {
    let bytes = Array("data: a\r\ndata: b\rdata: c\n\rdata: d\n\r\ndata: e\r\r\n".utf8)
    for reads in Reads.every(bytes.count) {
      let found = events(in: bytes, reads)
      #expect(found.seen == ["message: a\nb\nc", "message: d", "message: e"], "\(reads)")
      #expect(found.raw == bytes)
    }
  }

  @Test func oneLineOfDataSharesTheMemoryOfItsEvent() throws {
    var decoder = EventStreamDecoder()
    var input = ByteBuffer()
    input.append("data: {}\n\n")
    let event = try #require(try decoder.next(from: &input))
    let raw = address(of: event.raw.span)
    let data = address(of: event.data.span)
    #expect(data == raw + 6)
  }

  @Test func anEventBeyondTheLimitIsRefused() {
    var limits = HTTPLimits()
    limits.eventBytesMax = 100
    let fits = Array(("data: " + String(repeating: "x", count: 92) + "\n\n").utf8)
    let tooLarge = Array(("data: " + String(repeating: "x", count: 93) + "\n\n").utf8)
    let lines = Array(String(repeating: "data: x\n", count: 20).utf8)
    for reads in Reads.every(100) {
      #expect(events(in: fits, reads, limits: limits).seen.first?.hasPrefix("message") == true)
      for bytes in [tooLarge, lines] {
        let seen = events(in: bytes, reads, limits: limits).seen
        #expect(seen.count == 1 && seen[0].hasPrefix("refused 502"), "\(reads)")
      }
    }
  }

  @Test func aCommentIsForwardedAtOnce() throws {
    var decoder = EventStreamDecoder()
    var input = ByteBuffer()
    for wire in [": OPENROUTER PROCESSING\n\n", "\n", "\r\n", "id: 7\n\n"] as [StaticString] {
      input.append(wire)
      let event = try #require(try decoder.next(from: &input))
      let same = event.raw.span.equals(wire) && event.isComment && event.data.isEmpty
      #expect(same, "\(wire)")
    }
  }
}
