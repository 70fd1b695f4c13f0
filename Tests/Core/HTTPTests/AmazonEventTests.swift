import Bytes
import HTTP
import Testing

@Suite struct AmazonEventTests {
  /// A message with a header of each type, and an empty one: made with Python's struct and binascii, and read back
  /// by botocore's EventStreamBuffer as `fields` says.
  static let wire = bytes(
    "0000008b00000074f47cebcf0b3a6576656e742d747970650700056368756e6b0379657300026e6f01046279746502f90573686f727403fed4"
      + "03696e7404fffeee90046c6f6e6705fffffffed5fa0e0005627974657306000300ff010474696d65080000018bcfe5687b0475756964090001"
      + "02030405060708090a0b0c0d0e0f7b2261223a317d7bfde916000000100000000005c248eb7d98c8ff")

  static let fields: [(name: String, value: AmazonEvent.Value)] = [
    (":event-type", .string("chunk")), ("yes", .bool(true)), ("no", .bool(false)), ("byte", .int8(-7)),
    ("short", .int16(-300)), ("int", .int32(-70000)), ("long", .int64(-5_000_000_000)),
    ("bytes", .bytes([0, 255, 1])), ("time", .timestamp(1_700_000_000_123)), ("uuid", .uuid(Array(0..<16))),
  ]

  static func bytes(_ digits: String) -> [UInt8] {
    let nibbles = digits.utf8.map { $0 < 58 ? $0 - 48 : $0 - 87 }
    return stride(from: 0, to: nibbles.count, by: 2).map { nibbles[$0] << 4 | nibbles[$0 + 1] }
  }

  @Test func theSameMessagesComeOutHoweverTheBytesArrive() {
    for reads in Reads.every(Self.wire.count) {
      let found = messages(in: Self.wire, reads)
      #expect(found.seen == ["10 {\"a\":1}", "0 "], "\(reads)")
      #expect(found.raw == Self.wire, "\(reads)")
    }
  }

  @Test func everyTypeOfHeaderIsRead() throws {
    let event = try #require(Self.first(of: Self.wire))
    let found = event.fields
    #expect(found.map(\.name) == Self.fields.map(\.name))
    #expect(found.map(\.value) == Self.fields.map(\.value))
    #expect(String(event.eventType.span) == "chunk")
    #expect(event.text("yes") == nil, "it holds no text")
    #expect(event.text("none") == nil)
  }

  @Test func whatIsWrittenIsWhatOthersWrite() {
    var buffer = ByteBuffer()
    AmazonEvent.append(headers: Self.fields, payload: ByteSlice("{\"a\":1}"), to: &buffer)
    AmazonEvent.append(headers: [], payload: ByteSlice(), to: &buffer)
    let written = String(buffer.span)
    let expected = String(Self.wire.span)
    #expect(written == expected)
  }

  @Test func eventsAndExceptionsCarryTheirType() throws {
    var buffer = ByteBuffer()
    AmazonEvent.append(event: "messageStop", payload: ByteSlice("{}"), to: &buffer)
    AmazonEvent.append(exception: "throttlingException", payload: ByteSlice("{}"), to: &buffer)
    var decoder = AmazonEventDecoder()
    let event = try #require(try decoder.next(from: &buffer))
    let exception = try #require(try decoder.next(from: &buffer))
    #expect(
      event.fields.map { "\($0.name) \($0.value)" } == [
        ":event-type string(\"messageStop\")", ":content-type string(\"application/json\")",
        ":message-type string(\"event\")",
      ])
    #expect(String(event.messageType.span) == "event")
    #expect(String(exception.messageType.span) == "exception")
    #expect(String(exception.eventType.span) == "throttlingException")
  }

  @Test func anyWrongByteIsFound() {
    for position in 0..<139 {
      var wire = Self.wire
      wire[position] ^= 0x10
      let found = messages(in: wire)
      #expect(
        found.seen.last?.hasPrefix("refused 502: The provider's event stream was refused: ") == true, "\(position)")
      #expect(found.seen.count == 1, "nothing of it is believed: \(position)")
    }
  }

  @Test func wrongLengthsAreNotWaitedFor() {
    #expect(
      messages(in: Self.prelude(total: 15, headers: 0)).seen == [
        "refused 502: The provider's event stream was refused: a message of 15 bytes claims 0 bytes of headers."
      ])
    #expect(
      messages(in: Self.prelude(total: 100, headers: 85)).seen == [
        "refused 502: The provider's event stream was refused: a message of 100 bytes claims 85 bytes of headers."
      ])
    #expect(
      messages(in: Self.prelude(total: 1 << 20, headers: 200_000)).seen == [
        "refused 502: The provider's event stream was refused: a message has more than 131072 bytes of headers."
      ])
    #expect(
      messages(in: Self.prelude(total: .max, headers: 0)).seen == [
        "refused 502: The provider's event stream was refused: a message is larger than 8388608 bytes."
      ])
    #expect(messages(in: Self.prelude(total: 8 << 20, headers: 0)).seen == [], "as large as may be: more is awaited")
  }

  @Test func headersThatAreNotWholeAreRefused() {
    let damaged: [[UInt8]] = [
      [1], [0, 0], [1, 65], [1, 65, 10], [1, 65, 2], [1, 65, 7, 0], [1, 65, 7, 0, 2, 66], [1, 65, 9] + Array(1...15),
    ]
    for headers in damaged {
      let found = messages(in: Self.message(headers: headers))
      #expect(
        found.seen == [
          "refused 502: The provider's event stream was refused: a header of a message ends outside it or has an "
            + "unknown type."
        ], "\(headers)")
    }
    #expect(messages(in: Self.message(headers: [1, 65, 7, 0, 1, 66])).seen == ["1 "])
  }

  // MARK: a second way of writing them, checksums included

  static func checksum(_ bytes: [UInt8]) -> [UInt8] {
    var register: UInt32 = .max
    for byte in bytes {
      register ^= UInt32(byte)
      for _ in 0..<8 { register = (register >> 1) ^ (register & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
    return number(~register)
  }

  static func number(_ number: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }

  static func prelude(total: UInt32, headers: UInt32) -> [UInt8] {
    let lengths = number(total) + number(headers)
    return lengths + checksum(lengths)
  }

  static func message(headers: [UInt8]) -> [UInt8] {
    let all = prelude(total: UInt32(16 + headers.count), headers: UInt32(headers.count)) + headers
    return all + checksum(all)
  }

  static func first(of wire: [UInt8]) -> AmazonEvent? {
    var decoder = AmazonEventDecoder()
    var input = ByteBuffer()
    input.append(wire.span)
    return try? decoder.next(from: &input)
  }
}

/// The messages in `bytes`: how many headers and the payload of each, ended by a refusal if there was one.
private func messages(in bytes: [UInt8], _ reads: Reads = .whole) -> (seen: [String], raw: [UInt8]) {
  var decoder = AmazonEventDecoder()
  var input = ByteBuffer()
  var seen: [String] = []
  var raw: [UInt8] = []
  reads.forEach(of: bytes) { part in
    input.append(part)
    do throws(HTTPError) {
      while let event = try decoder.next(from: &input) {
        seen.append("\(event.fields.count) \(String(event.payload.span))")
        let span = event.raw.span
        for index in span.indices { raw.append(span[index]) }
      }
      return true
    } catch {
      seen.append("refused \(error.status): \(error.message)")
      return false
    }
  }
  return (seen, raw)
}
