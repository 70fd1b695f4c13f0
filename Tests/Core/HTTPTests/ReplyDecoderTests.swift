import Bytes
import HTTP
import Testing

@Suite struct ReplyDecoderTests {
  static let table: [(wire: String, method: HTTP.Method, closes: Bool, found: [String])] = [
    ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", .post, false, ["200 [Content-Length=5] keep {hello}"]),
    ("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", .post, false, ["200 [Content-Length=0] keep {}"]),
    (
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nhello \r\n5;a=b\r\nthere\r\n0\r\nT: u\r\n\r\n", .post,
      false,
      ["200 [Transfer-Encoding=chunked] keep {hello there}"]
    ),
    ("HTTP/1.1 200 OK\r\nX: y\r\n\r\nuntil the end", .post, true, ["200 [X=y] close {until the end}"]),
    ("HTTP/1.0 200 OK\r\n\r\n", .post, true, ["200 close {}"]),
    ("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", .head, false, ["200 [Content-Length=500] keep {}"]),
    (
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", .head, false, ["200 [Transfer-Encoding=chunked] keep {}"]
    ),
    ("HTTP/1.1 204 No Content\r\n\r\n", .post, false, ["204 keep {}"]),
    ("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", .get, false, ["304 [Content-Length=9] keep {}"]),
    (
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 1\r\n\r\nx",
      .post, false, ["201 [Content-Length=1] keep {x}"]
    ),
    (
      "HTTP/1.1 429 Too Many Requests\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno", .post, false,
      ["429 [Connection=close] [Content-Length=2] close {no}"]
    ),
    (
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel", .post, true,
      ["200 [Content-Length=5] refused 502: The provider closed the connection with 2 bytes of its reply missing."]
    ),
    (
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n", .post, true,
      [
        "200 [Transfer-Encoding=chunked] refused 502: The provider closed the connection before the last chunk of its reply."
      ]
    ),
    ("HTTP/1.1 20", .post, true, ["refused 502: The provider closed the connection inside the head of its reply."]),
  ]

  @Test(arguments: table.indices) func theSameReplyComesOutHoweverTheBytesArrive(row: Int) {
    let (wire, method, closes, found) = Self.table[row]
    let bytes = Array(wire.utf8)
    for reads in Reads.every(bytes.count) {
      #expect(replies(in: bytes, to: method, reads, closes: closes) == found, "\(reads)")
    }
  }

  @Test func anotherReplyFollowsOnAKeptConnection() {
    let one = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"
    let two = "HTTP/1.1 500 No\r\nContent-Length: 1\r\n\r\nb"
    let byteByByte = replies(in: Array((one + two + one).utf8), .byteByByte)
    #expect(
      byteByByte == [
        "200 [Transfer-Encoding=chunked] keep {a}", "500 [Content-Length=1] keep {b}",
        "200 [Transfer-Encoding=chunked] keep {a}",
      ])
  }

  @Test func bytesNobodyAskedForEndTheConnection() {
    let found = replies(in: Array("HTTP/1.1 204 No\r\n\r\nHTTP/1.1 200 Stolen\r\n\r\n".utf8))
    #expect(found == ["204 close {}"])
  }

  @Test func aConnectionThatClosesUntouchedSaysSo() {
    var decoder = ReplyDecoder(requestMethod: .post)
    let before = decoder.isUntouched
    #expect(before)
    do throws(HTTPError) {
      _ = try decoder.closed()
      Issue.record("an empty connection is not a reply")
    } catch {
      #expect(error.message == "The provider closed the connection before its reply began.")
    }
    let after = decoder.isUntouched
    #expect(after, "so that another connection may be tried")
  }

  @Test func aLargeBodyThatFillsTheInputIsHandedOverWithoutACopy() throws {
    var decoder = ReplyDecoder(requestMethod: .post)
    var input = ByteBuffer()
    var body = ByteBuffer()
    input.append("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")
    _ = try decoder.next(from: &input, body: &body)
    input.append(String(repeating: "x", count: 5000))
    let before = address(of: input.span)
    _ = try decoder.next(from: &input, body: &body)
    let after = address(of: body.span)
    #expect(before == after)
  }

  @Test func moreChunksThanTheTableHoldsComeOutInOrder() {
    var wire = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    var body = ""
    for number in 0..<1000 {
      let piece = "<\(number)>"
      wire += String(piece.utf8.count, radix: 16) + "\r\n" + piece + "\r\n"
      body += piece
    }
    wire += "0\r\n\r\n"
    let bytes = Array(wire.utf8)
    for reads in [Reads.whole, .byteByByte, Reads(sizes: [977])] {
      #expect(replies(in: bytes, reads) == ["200 [Transfer-Encoding=chunked] keep {\(body)}"])
    }
  }
}
