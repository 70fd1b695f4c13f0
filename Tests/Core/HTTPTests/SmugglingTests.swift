import HTTP
import Testing

/// Messages that two parties could read differently: refused, whichever way they arrive.
@Suite struct SmugglingTests {
  static let get = "GET / HTTP/1.1\r\nHost: a\r\n"
  static let post = "POST / HTTP/1.1\r\nHost: a\r\n"

  static let requestTable: [(why: String, wire: String, status: Int)] = [
    ("length and chunks", post + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    ("chunks and length", post + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n", 400),
    ("two lengths", post + "Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde", 400),
    ("two equal lengths", post + "Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd", 400),
    ("a list of lengths", post + "Content-Length: 1,1\r\n\r\na", 400),
    ("a signed length", post + "Content-Length: +1\r\n\r\na", 400),
    ("a negative length", post + "Content-Length: -1\r\n\r\na", 400),
    ("a hexadecimal length", post + "Content-Length: 0x1\r\n\r\na", 400),
    ("a length in two words", post + "Content-Length: 1 1\r\n\r\na", 400),
    ("an empty length", post + "Content-Length:\r\n\r\n", 400),
    ("a length folded", post + "Content-Length:\r\n 1\r\n\r\na", 400),
    ("two encodings", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    ("chunked twice", post + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 400),
    ("gzip before chunked", post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
    ("chunked before identity", post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 400),
    ("identity", post + "Transfer-Encoding: identity\r\n\r\n", 501),
    ("almost chunked", post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501),
    ("quoted chunked", post + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n", 501),
    ("chunked and a semicolon", post + "Transfer-Encoding: chunked;\r\n\r\n0\r\n\r\n", 501),
    ("chunked after a vertical tab", post + "Transfer-Encoding: \u{b}chunked\r\n\r\n0\r\n\r\n", 400),
    ("an empty encoding", post + "Transfer-Encoding:\r\n\r\n", 501),
    ("chunks in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    ("a bare LF after the first line", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400),
    ("a bare LF after a field", "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", 400),
    ("a bare LF at the end", get + "X: y\r\n\n", 400),
    ("bare LFs only", "GET / HTTP/1.1\nHost: a\n\n", 400),
    ("a bare CR in a value", get + "X: y\rZ: z\r\n\r\n", 400),
    ("a bare CR after a name", get + "X\r: y\r\n\r\n", 400),
    ("a bare CR after an empty value", get + "X:\rContent-Length: 1\r\n\r\n", 400),
    ("a bare CR at the end", get + "\rX: y\r\n\r\n", 400),
    ("a folded value", get + "X: y\r\n z\r\n\r\n", 400),
    ("a folded empty value", get + "X:\r\n\tz\r\n\r\n", 400),
    ("a fold at once", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400),
    ("space before the colon", get + "X : y\r\n\r\n", 400),
    ("tab before the colon", get + "X\t: y\r\n\r\n", 400),
    ("an empty name", get + ": y\r\n\r\n", 400),
    ("a name with a space", get + "X Y: z\r\n\r\n", 400),
    ("a name with brackets", get + "X(Y): z\r\n\r\n", 400),
    ("a name in another script", get + "\u{d6}: z\r\n\r\n", 400),
    ("a line without a colon", get + "nothing\r\n\r\n", 400),
    ("NUL in a value", get + "X: a\0b\r\n\r\n", 400),
    ("NUL in a name", get + "X\0: b\r\n\r\n", 400),
    ("NUL in the target", "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("escape in a value", get + "X: \u{1b}[0m\r\n\r\n", 400),
    ("delete in a value", get + "X: \u{7f}\r\n\r\n", 400),
    ("no host", "GET / HTTP/1.1\r\n\r\n", 400),
    ("two hosts", get + "Host: a\r\n\r\n", 400),
    ("a list of hosts", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400),
    ("a host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
    ("a host with a user", "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400),
    ("absolute form", "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("authority form", "GET a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("CONNECT", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 501),
    ("asterisk of GET", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("a fragment", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("two spaces before the target", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("two spaces before the version", "GET /  HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("space after the version", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 505),
    ("space before the method", " GET / HTTP/1.1\r\nHost: a\r\n\r\n", 501),
    ("two empty lines first", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("a bare LF first", "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("a method in lower case", "get / HTTP/1.1\r\nHost: a\r\n\r\n", 501),
    ("an unknown method", "BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501),
    ("a method of another protocol", "DESCRIBE / RTSP/1.0\r\n\r\n", 505),
    ("TLS on a plain port", "\u{16}\u{3}\u{1}\0", 501),
    ("HTTP/0.9", "GET /\r\n\r\n", 505),
    ("HTTP/1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505),
    ("HTTP/2.0", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
    ("HTTP/2's preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    ("version in lower case", "GET / http/1.1\r\nHost: a\r\n\r\n", 400),
    ("an unknown expectation", post + "Expect: tea\r\nContent-Length: 1\r\n\r\na", 417),
    ("a chunk without a size", chunked("\r\na\r\n0\r\n\r\n"), 400),
    ("a chunk size with a sign", chunked("+1\r\na\r\n0\r\n\r\n"), 400),
    ("a chunk size with 0x", chunked("0x1\r\na\r\n0\r\n\r\n"), 400),
    ("a chunk size after a space", chunked(" 1\r\na\r\n0\r\n\r\n"), 400),
    ("a chunk size ended by LF", chunked("1\na\r\n0\r\n\r\n"), 400),
    ("a chunk size ended by CR", chunked("1\ra\r\n0\r\n\r\n"), 400),
    ("a chunk longer than it says", chunked("1\r\nab\r\n0\r\n\r\n"), 400),
    ("a chunk ended by LF", chunked("1\r\na\n0\r\n\r\n"), 400),
    ("a chunk ended by two other bytes", chunked("1\r\naXX0\r\n\r\n"), 400),
    ("an extension ended by LF", chunked("1;x\na\r\n0\r\n\r\n"), 400),
    ("trailers ended by LF", chunked("0\r\nX: y\n\r\n"), 400),
  ]

  static func chunked(_ body: String) -> String { post + "Transfer-Encoding: chunked\r\n\r\n" + body }

  @Test(arguments: requestTable.indices) func aRequestThatCouldBeReadTwoWaysIsRefused(row: Int) {
    let (why, wire, status) = Self.requestTable[row]
    let bytes = Array(wire.utf8)
    let whole = requests(in: bytes)
    #expect(whole.count == 1 && whole[0].hasPrefix("refused \(status): "), "\(why): \(whole)")
    for reads in Reads.every(bytes.count) {
      let found = requests(in: bytes, reads)
      #expect(found == whole, "\(why), \(reads)")
    }
  }

  static let replyTable: [(why: String, wire: String)] = [
    ("length and chunks", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ("two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 4\r\n\r\nabcd"),
    ("another encoding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
    ("chunks in HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ("a folded value", "HTTP/1.1 200 OK\r\nX: y\r\n z\r\n\r\n"),
    ("a bare LF", "HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n"),
    ("a bare CR in the reason", "HTTP/1.1 200 O\rK\r\nContent-Length: 0\r\n\r\n"),
    ("space before the colon", "HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n"),
    ("another protocol", "ICY 200 OK\r\n\r\n"),
    ("HTTP/2.0", "HTTP/2.0 200 OK\r\n\r\n"),
    ("a status of two digits", "HTTP/1.1 20 OK\r\n\r\n"),
    ("a status of four digits", "HTTP/1.1 2000 OK\r\n\r\n"),
    ("a status beyond 599", "HTTP/1.1 600 OK\r\n\r\n"),
    ("a status below 100", "HTTP/1.1 099 OK\r\n\r\n"),
    ("an upgrade nobody asked for", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
    ("no HTTP at all", "{\"error\": \"no\"}"),
    ("endless interim heads", String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 9)),
  ]

  @Test(arguments: replyTable.indices) func aReplyThatCouldBeReadTwoWaysIsRefused(row: Int) {
    let (why, wire) = Self.replyTable[row]
    let bytes = Array(wire.utf8)
    let whole = replies(in: bytes)
    #expect(whole.count == 1 && whole[0].hasPrefix("refused 502: "), "\(why): \(whole)")
    for reads in Reads.every(bytes.count) {
      let found = replies(in: bytes, reads)
      #expect(found == whole, "\(why), \(reads)")
    }
  }
}
