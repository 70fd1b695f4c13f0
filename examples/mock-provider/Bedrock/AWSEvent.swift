// AWSEvent: one message of application/vnd.amazon.eventstream.
// https://smithy.io/2.0/aws/amazon-eventstream.html

import Bytes
import HTTP
import JSON

struct AWSEvent {
  private static let stringType: UInt8 = 7

  private let headers: [(name: StaticString, value: String)]
  private let payload: ByteSlice
  /// Wrong on purpose.
  private let hasBadChecksum: Bool

  static func event(_ type: String, _ payload: ByteSlice, _ knobs: Knobs) -> AWSEvent {
    AWSEvent(
      headers: [(":event-type", type), (":content-type", "application/json"), (":message-type", "event")],
      payload: payload, hasBadChecksum: knobs.hasBadChecksums)
  }

  /// A piece of the reply of the model itself, as InvokeModelWithResponseStream carries it.
  static func chunk(of data: ByteSlice, _ knobs: Knobs) -> AWSEvent {
    var payload = ByteBuffer()
    payload.append("{\"bytes\":\"")
    var bytes: [UInt8] = []
    for index in data.span.indices { bytes.append(data.span[index]) }
    Base64.write(bytes, into: &payload)
    payload.append("\"}")
    return event("chunk", payload.take(), knobs)
  }

  static func exception(_ type: String, _ message: String, _ knobs: Knobs) -> AWSEvent {
    var writer = JSONWriter()
    writer.object { $0.member("message", message) }
    return AWSEvent(
      headers: [(":exception-type", type), (":content-type", "application/json"), (":message-type", "exception")],
      payload: writer.take(), hasBadChecksum: knobs.hasBadChecksums)
  }

  /// As one chunk of a body.
  func append(to output: inout ByteBuffer) {
    var head = ByteBuffer()
    for header in headers {
      head.append(byte: UInt8(header.name.utf8CodeUnitCount))
      head.append(header.name)
      head.append(byte: Self.stringType)
      head.append(byte: UInt8(header.value.utf8.count >> 8))
      head.append(byte: UInt8(header.value.utf8.count & 0xFF))
      head.append(header.value)
    }
    var message = ByteBuffer(minimumCapacity: head.count + payload.count + 16)
    // Two lengths and their checksum before the headers, a checksum of all behind the payload.
    message.append(word: UInt32(12 + head.count + payload.count + 4))
    message.append(word: UInt32(head.count))
    message.append(word: CRC32.checksum(of: message.span))
    message.append(head.span)
    message.append(payload)
    message.append(word: CRC32.checksum(of: message.span) ^ (hasBadChecksum ? 1 : 0))
    output.appendChunk(message.span)
  }
}

extension ByteBuffer {
  /// Most significant byte first.
  fileprivate mutating func append(word: UInt32) {
    for shift in [24, 16, 8, 0] as [UInt32] { append(byte: UInt8(word >> shift & 0xFF)) }
  }
}

/// The checksum of Ethernet, zip and this (ISO-HDLC: 0xEDB88320 reflected).
enum CRC32 {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { rest, _ in rest & 1 == 1 ? rest >> 1 ^ 0xEDB8_8320 : rest >> 1 }
  }

  static func checksum(of bytes: Span<UInt8>) -> UInt32 {
    var rest: UInt32 = 0xFFFF_FFFF
    for index in bytes.indices { rest = rest >> 8 ^ table[Int((rest ^ UInt32(bytes[index])) & 0xFF)] }
    return ~rest
  }
}
