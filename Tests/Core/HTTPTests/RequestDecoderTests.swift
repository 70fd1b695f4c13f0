import Bytes
import HTTP
import Testing

@Suite struct RequestDecoderTests {
  static let table: [(wire: String, found: [String])] = [
    ("GET /v1/models HTTP/1.1\r\nHost: a\r\n\r\n", ["GET /v1/models [Host=a] keep {}"]),
    ("GET / HTTP/1.0\r\n\r\n", ["GET / close {}"]),
    ("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", ["GET / [Connection=Keep-Alive] keep {}"]),
    ("GET / HTTP/1.1\r\nHost:\r\nConnection: x, CLOSE\r\n\r\n", ["GET / [Host=] [Connection=x, CLOSE] close {}"]),
    (
      "POST /a?b=c HTTP/1.1\r\nhost: \t a:1 \t \r\nX:\r\nContent-Length: 5\r\nY: \t\r\n\r\nhello",
      ["POST /a?b=c [host=a:1] [X=] [Content-Length=5] [Y=] keep {hello}"]
    ),
    (
      "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n5\r\nhello\r\n00A;x=\"y\"\r\n wonderful\r\n0\r\nT: x\r\n\r\n",
      ["POST /a [Host=a] [Transfer-Encoding=Chunked] keep {hello wonderful}"]
    ),
    (
      "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /b HTTP/1.1\r\nHost: b\r\n\r\n",
      ["POST /a [Host=a] [Transfer-Encoding=chunked] keep {}", "GET /b [Host=b] keep {}"]
    ),
    (
      "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok\r\nPATCH /b HTTP/1.1\r\nHost: b\r\nContent-Length: 0\r\n\r\nDELETE /c HTTP/1.1\r\nHost: c\r\n\r\n",
      [
        "POST /a [Host=a] [Content-Length=2] keep {ok}", "PATCH /b [Host=b] [Content-Length=0] keep {}",
        "DELETE /c [Host=c] keep {}",
      ]
    ),
    // An upgrade is not taken up: the request is answered as the HTTP/1.1 it is (RFC 9110 7.8).
    (
      "POST / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: h2c\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
      [
        "POST / [Host=a] [Connection=upgrade] [Upgrade=h2c] [Transfer-Encoding=chunked] keep {x}",
        "GET / [Host=a] keep {}",
      ]
    ),
    // Trailers are read over and dropped; they cannot change what was framed before them (RFC 9110 6.5.1).
    (
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nContent-Length: 9\r\nHost: b\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
      ["POST / [Host=a] [Transfer-Encoding=chunked] keep {x}", "GET / [Host=a] keep {}"]
    ),
    ("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", ["OPTIONS * [Host=a] keep {}"]),
    ("PROPFIND /x HTTP/1.1\r\nHost: a\r\n\r\n", ["PROPFIND /x [Host=a] keep {}"]),
    ("GET / HTTP/1.1\r\nHost: a\r\nX: caf\u{e9} \u{1F600}\r\n\r\n", ["GET / [Host=a] [X=caf\u{e9} \u{1F600}] keep {}"]),
  ]

  @Test(arguments: table.indices) func theSameRequestsComeOutHoweverTheBytesArrive(row: Int) {
    let (wire, found) = Self.table[row]
    let bytes = Array(wire.utf8)
    for reads in Reads.every(bytes.count) { #expect(requests(in: bytes, reads) == found, "\(reads)") }
  }

  @Test func aBodyOfKnownLengthIsNotCopiedAndSaysWhatItLacks() throws {
    var decoder = RequestDecoder()
    var input = ByteBuffer()
    input.append("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n123")
    let early = try decoder.next(from: &input)
    #expect(early == nil)
    let needed = decoder.bytesStillNeeded
    #expect(needed == 7)
    let phase = decoder.phase
    #expect(phase == .body)
    input.append("4567890")
    let before = address(of: input.span)
    let request = try #require(try decoder.next(from: &input))
    let after = address(of: request.body.span)
    #expect(before == after)
    let idle = decoder.phase == .idle && decoder.bytesStillNeeded == nil && input.isEmpty
    #expect(idle)
  }

  @Test func expectContinueIsSeenOnceTheHeadIsCompleteAndForgottenWithTheFirstByteOfBody() throws {
    var decoder = RequestDecoder()
    var input = ByteBuffer()
    input.append("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r")
    var request = try decoder.next(from: &input)
    var state = (decoder.expectsContinue, decoder.phase)
    #expect(request == nil && state == (false, .head))
    input.append("\n")
    request = try decoder.next(from: &input)
    state = (decoder.expectsContinue, decoder.phase)
    #expect(request == nil && state == (true, .body))
    input.append("o")
    request = try decoder.next(from: &input)
    state = (decoder.expectsContinue, decoder.phase)
    #expect(request == nil && state == (false, .body))
    input.append("k")
    request = try decoder.next(from: &input)
    #expect(request.map(describe)?.hasSuffix("{ok}") == true)
  }

  @Test func limitsAreRefusedWithTheirOwnStatusWhicheverWayTheBytesArrive() {
    var limits = HTTPLimits()
    limits.headBytesMax = 200
    limits.bodyBytesMax = 20
    limits.fieldsMax = 4
    limits.chunkFramingBytesMax = 40
    let start = "POST / HTTP/1.1\r\nHost: a\r\n"
    let long = String(repeating: "x", count: 300)
    let table: [(String, Int)] = [
      ("GET /" + long, 414),
      (start + "X: " + long, 431),
      (start + "A:1\r\nB:1\r\nC:1\r\nD:1\r\n\r\n", 431),
      (start + "Content-Length: 21\r\n\r\n", 413),
      (start + "Content-Length: 99999999999999999999\r\n\r\n", 400),
      (start + "Transfer-Encoding: chunked\r\n\r\n15\r\n", 413),
      (start + "Transfer-Encoding: chunked\r\n\r\n10\r\n0123456789abcdef\r\n5\r\n", 413),
      (start + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", 400),
      (start + "Transfer-Encoding: chunked\r\n\r\n1;" + long, 400),
      (start + "Transfer-Encoding: chunked\r\n\r\n" + long.replacing("x", with: "0"), 400),
      (start + "Transfer-Encoding: chunked\r\n\r\n0\r\nT: " + long + "\r\n\r\n", 400),
    ]
    for (wire, status) in table {
      let bytes = Array(wire.utf8)
      for reads in Reads.every(bytes.count) {
        let found = requests(in: bytes, reads, limits: limits)
        #expect(
          found.count == 1 && found[0].hasPrefix("refused \(status): "), "\(wire.debugDescription) \(reads) \(found)")
      }
    }
    let fits = start + "Transfer-Encoding: chunked\r\n\r\n10\r\n0123456789abcdef\r\n4\r\n0123\r\n0\r\n\r\n"
    #expect(requests(in: Array(fits.utf8), limits: limits).count == 1)
  }

  @Test func aRefusedConnectionStaysRefused() {
    var decoder = RequestDecoder()
    var input = ByteBuffer()
    input.append("GET / HTTP/1.1\r\nHost : a\r\n\r\n")
    for _ in 0..<2 {
      do throws(HTTPError) {
        _ = try decoder.next(from: &input)
        Issue.record("read on after a refusal")
      } catch {
        #expect(error.status == 400)
      }
      input.append("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    }
  }

  @Test func twoHundredFieldsFitAndAreFound() throws {
    var decoder = RequestDecoder()
    var input = ByteBuffer()
    input.append("GET / HTTP/1.1\r\nHost: a\r\n")
    for number in 0..<255 { input.append("X-\(number): \(number)\r\n") }
    input.append("\r\n")
    let request = try #require(try decoder.next(from: &input))
    #expect(request.head.count == 256)
    let value = text(request.head["x-254"])
    #expect(value == "254")
  }
}
