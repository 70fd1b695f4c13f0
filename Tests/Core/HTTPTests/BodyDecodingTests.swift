import Bytes
import Foundation
import Testing

@testable import HTTP

@Suite struct BodyDecodingTests {
  /// Packs as Python's zlib does, which is the same library from another door.
  private static func packed(_ text: String, _ coding: String) throws -> [UInt8] {
    let script = """
      import sys, zlib
      bits = {'gzip': 31, 'deflate': 15, 'raw': -15}[sys.argv[1]]
      packer = zlib.compressobj(9, zlib.DEFLATED, bits)
      sys.stdout.buffer.write(packer.compress(sys.stdin.buffer.read()) + packer.flush())
      """
    let python = Process()
    let (input, output) = (Pipe(), Pipe())
    python.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    python.arguments = ["python3", "-c", script, coding]
    python.standardInput = input
    python.standardOutput = output
    try python.run()
    DispatchQueue.global().async {
      input.fileHandleForWriting.write(Data(text.utf8))
      try? input.fileHandleForWriting.close()
    }
    let packed = output.fileHandleForReading.readDataToEndOfFile()
    python.waitUntilExit()
    try #require(python.terminationStatus == 0)
    return [UInt8](packed)
  }

  private static let text = (0..<400).map {
    #"data: {"index": \#($0), "delta": "w\u{f6}rter \#($0 * 7919 % 1000)"}\#n\#n"#
  }
  .joined()

  private func decoding(_ coding: String) -> BodyDecoding {
    do throws(HTTPError) {
      if let decoding = try BodyDecoding.needed(behind: reply("content-encoding: \(coding)\r\n").head) {
        return decoding
      }
    } catch { preconditionFailure(error.message) }
    preconditionFailure("\(coding) needs no unpacking")
  }

  /// What comes out when `bytes` come in as `reads` say, or why nothing does.
  private func unpacked(_ bytes: [UInt8], _ coding: String, _ reads: Reads = .whole) -> String {
    let decoding = decoding(coding)
    let bench = Bench()
    var problem: String?
    reads.forEach(of: bytes) { part in
      bench.packed.append(part)
      problem = bench.unpackAll(with: decoding)
      return problem == nil
    }
    return problem ?? bench.end(of: decoding) ?? bench.text
  }

  @Test(arguments: [("gzip", "gzip"), ("X-GZip", "gzip"), ("deflate", "deflate"), ("deflate", "raw")])
  func `a body is unpacked whole, byte by byte, and in pieces of any size`(coding: String, format: String) throws {
    let bytes = try Self.packed(Self.text, format)
    for reads in [Reads.whole, .byteByByte] + (1..<64).map(Reads.splitAt)
      + (bytes.count - 20..<bytes.count).map(Reads.splitAt)
    {
      #expect(unpacked(bytes, coding, reads) == Self.text, "\(reads)")
    }
  }

  @Test func `a short body cut at every byte is refused as cut`() throws {
    for (coding, format) in [("gzip", "gzip"), ("deflate", "deflate"), ("deflate", "raw")] {
      let bytes = try Self.packed("short and sweet", format)
      #expect(unpacked(bytes, coding) == "short and sweet")
      for count in 1..<bytes.count {
        #expect(
          unpacked(Array(bytes[..<count]), coding)
            == "The provider's reply was refused: its packed body ends too early.", "\(format) cut at \(count)")
      }
    }
  }

  @Test func `no byte of a packed body can be changed without notice`() throws {
    let corrupt = "The provider's reply was refused: its packed body cannot be unpacked."
    let cut = "The provider's reply was refused: its packed body ends too early."
    for (coding, format) in [("gzip", "gzip"), ("deflate", "deflate")] {
      let bytes = try Self.packed("a text that is long enough to be packed, packed, packed", format)
      for index in bytes.indices {
        // The time, the level and the system in a gzip header (RFC 1952 2.3.1) say nothing about the text.
        if format == "gzip", (4...9).contains(index) { continue }
        for bit in 0..<8 {
          var changed = bytes
          changed[index] ^= 1 << UInt8(bit)
          let result = unpacked(changed, coding)
          #expect(
            result == corrupt || result == cut || (format == "gzip" && index == 3),
            "\(format) byte \(index) bit \(bit): \(result)")
        }
      }
    }
  }

  @Test func `an empty body, and one of several members, are bodies too`() throws {
    #expect(unpacked([], "gzip") == "")
    #expect(unpacked(try Self.packed("", "gzip"), "gzip") == "")
    let members = try Self.packed("one ", "gzip") + Self.packed("two", "gzip")
    #expect(unpacked(members, "gzip", .byteByByte) == "one two")
    let problem = "The provider's reply was refused: its packed body cannot be unpacked."
    #expect(unpacked(try Self.packed("one", "deflate") + [0], "deflate") == problem)
    #expect(unpacked(try Self.packed("one", "gzip") + [0], "gzip", .whole) != "one")
    #expect(unpacked(Array("{\"plain\": true}".utf8), "gzip") == problem)
  }

  @Test func `a bomb is unpacked in steps of a bounded size`() throws {
    let bench = Bench()
    let bomb = try Self.packed(String(repeating: "0", count: 10 << 20), "gzip")
    bench.packed.append(bomb.span)
    #expect(bench.packed.count < 20_000)
    let decoding = decoding("gzip")
    var total = 0
    while true {
      bench.body.removeAll()
      #expect(bench.step(with: decoding) == nil)
      if bench.body.isEmpty { break }
      #expect(bench.body.count <= BodyDecoding.Limits.stepBytesMax)
      total += bench.body.count
    }
    #expect(total == 10 << 20)
    #expect(bench.end(of: decoding) == nil)
  }

  @Test(
    arguments: [
      ("", nil), ("content-encoding: identity\r\n", nil), ("content-encoding:\r\n", nil),
      ("content-encoding: GZIP\r\n", nil),
      ("content-encoding: br\r\n", "it is packed in a way that was not asked for and is not gzip or deflate"),
      ("content-encoding: zstd\r\n", "it is packed in a way that was not asked for and is not gzip or deflate"),
      (
        "content-encoding: gzip, deflate\r\n", "it is packed in a way that was not asked for and is not gzip or deflate"
      ),
      ("content-encoding: gzip\r\ncontent-encoding: gzip\r\n", "it is packed twice, which was not asked for"),
    ] as [(String, String?)])
  func `what nobody asked for and nobody unpacks is refused`(fields: String, problem: String?) {
    var found: String?
    do throws(HTTPError) { _ = try BodyDecoding.needed(behind: reply(fields).head) } catch { found = error.message }
    #expect(found == problem.map { "The provider's reply was refused: \($0)." })
  }

  @Test func `the head of an unpacked reply says nothing of packing`() {
    let reply = reply(
      "A: 1\r\nContent-Encoding: gzip\r\nB:  2 \r\nContent-Length: 7\r\nC: 3\r\n")
    let unpacked = reply.unpacked
    #expect(unpacked.contentLength == nil)
    #expect(String(unpacked.head.bytes.span) == "HTTP/1.1 200 OK\r\nA: 1\r\nB:  2 \r\nC: 3\r\n\r\n")
    #expect(
      (0..<unpacked.head.count).map { "\(String(unpacked.head.name(at: $0)))=\(String(unpacked.head.value(at: $0)))" }
        == ["A=1", "B=2", "C=3"])
  }
}

/// A reply with these fields, its body not read.
private func reply(_ fields: String) -> ReplyHead {
  var decoder = ReplyDecoder(requestMethod: .get)
  var input = ByteBuffer()
  var body = ByteBuffer()
  input.append("HTTP/1.1 200 OK\r\n\(fields)\r\n")
  do throws(HTTPError) {
    if case .head(let reply) = try decoder.next(from: &input, body: &body) { return reply }
  } catch { preconditionFailure(error.message) }
  preconditionFailure("no head: \(fields)")
}

/// What is packed, and what came out of it.
private final class Bench {
  var packed = ByteBuffer()
  var body = ByteBuffer()

  var text: String {
    let all = body.slice(0..<body.count)
    return String(all.span)
  }

  func step(with decoding: BodyDecoding) -> String? {
    do throws(HTTPError) {
      try decoding.step(&packed, into: &body)
      return nil
    } catch { return error.message }
  }

  func unpackAll(with decoding: BodyDecoding) -> String? {
    while true {
      let (waiting, done) = (packed.count, body.count)
      if let problem = step(with: decoding) { return problem }
      if packed.count == waiting, body.count == done { return nil }
    }
  }

  func end(of decoding: BodyDecoding) -> String? {
    do throws(HTTPError) {
      try decoding.ended(leaving: packed)
      return nil
    } catch { return error.message }
  }
}
