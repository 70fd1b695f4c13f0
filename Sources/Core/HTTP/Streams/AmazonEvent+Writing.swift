// AmazonEvent+Writing: messages of an Amazon event stream, from headers and payload to bytes.

import Bytes

extension AmazonEvent {
  /// Appends a message. A name has 1 to 255 bytes, a text or bytes at most 65,535, a uuid 16: what is longer than its
  /// length can say is a mistake of the caller's.
  public static func append(
    headers: [(name: String, value: Value)], payload: ByteSlice, to buffer: inout ByteBuffer
  ) {
    var fields = ByteBuffer(minimumCapacity: 128)
    for (name, value) in headers {
      appendText(name, lengthBytes: 1, to: &fields)
      append(value, to: &fields)
    }
    append(fields.take(), payload, to: &buffer)
  }

  /// Appends an event with a JSON payload, as Bedrock does.
  public static func append(event type: StaticString, payload: ByteSlice, to buffer: inout ByteBuffer) {
    append(":event-type", type, message: "event", payload, to: &buffer)
  }

  /// Appends an exception: the stream has failed, and nothing follows.
  public static func append(exception type: StaticString, payload: ByteSlice, to buffer: inout ByteBuffer) {
    append(":exception-type", type, message: "exception", payload, to: &buffer)
  }

  private static func append(
    _ typeName: StaticString, _ type: StaticString, message: StaticString, _ payload: ByteSlice,
    to buffer: inout ByteBuffer
  ) {
    var fields = ByteBuffer(minimumCapacity: 128)
    for (name, value) in [(typeName, type), (":content-type", "application/json"), (":message-type", message)] {
      append(UInt64(name.utf8CodeUnitCount), bytes: 1, to: &fields)
      fields.append(name)
      fields.append(byte: AmazonHeader.Kind.string.rawValue)
      append(UInt64(value.utf8CodeUnitCount), bytes: 2, to: &fields)
      fields.append(value)
    }
    append(fields.take(), payload, to: &buffer)
  }

  private static func append(_ headers: ByteSlice, _ payload: ByteSlice, to buffer: inout ByteBuffer) {
    let total = AmazonEventDecoder.preludeBytes + headers.count + payload.count + AmazonEventDecoder.checksumBytes
    buffer.reserve(total)
    let start = buffer.count
    append(UInt64(total), bytes: 4, to: &buffer)
    append(UInt64(headers.count), bytes: 4, to: &buffer)
    appendChecksum(from: start, to: &buffer)
    buffer.append(headers)
    buffer.append(payload)
    appendChecksum(from: start, to: &buffer)
  }

  private static func append(_ value: Value, to fields: inout ByteBuffer) {
    func number(_ kind: AmazonHeader.Kind, _ bits: UInt64, bytes: Int, to fields: inout ByteBuffer) {
      fields.append(byte: kind.rawValue)
      append(bits, bytes: bytes, to: &fields)
    }
    switch value {
    case .bool(let flag): fields.append(byte: (flag ? AmazonHeader.Kind.yes : .no).rawValue)
    case .int8(let value): number(.int8, UInt64(truncatingIfNeeded: value), bytes: 1, to: &fields)
    case .int16(let value): number(.int16, UInt64(truncatingIfNeeded: value), bytes: 2, to: &fields)
    case .int32(let value): number(.int32, UInt64(truncatingIfNeeded: value), bytes: 4, to: &fields)
    case .int64(let value): number(.int64, UInt64(truncatingIfNeeded: value), bytes: 8, to: &fields)
    case .timestamp(let value): number(.timestamp, UInt64(truncatingIfNeeded: value), bytes: 8, to: &fields)
    case .string(let text):
      fields.append(byte: AmazonHeader.Kind.string.rawValue)
      appendText(text, lengthBytes: 2, to: &fields)
    case .bytes(let bytes):
      precondition(bytes.count <= 0xFFFF, "a header of \(bytes.count) bytes")
      number(.bytes, UInt64(bytes.count), bytes: 2, to: &fields)
      fields.append(bytes.span)
    case .uuid(let bytes):
      precondition(bytes.count == 16, "a uuid of \(bytes.count) bytes")
      fields.append(byte: AmazonHeader.Kind.uuid.rawValue)
      fields.append(bytes.span)
    }
  }

  private static func appendText(_ text: String, lengthBytes: Int, to fields: inout ByteBuffer) {
    let length = text.utf8.count
    precondition(length < 1 << (lengthBytes * 8), "a header's name or text of \(length) bytes")
    append(UInt64(length), bytes: lengthBytes, to: &fields)
    fields.append(text)
  }

  /// `number` in `bytes` bytes, the most significant first.
  private static func append(_ number: UInt64, bytes: Int, to buffer: inout ByteBuffer) {
    for place in (0..<bytes).reversed() { buffer.append(byte: UInt8(truncatingIfNeeded: number &>> UInt64(place * 8))) }
  }

  private static func appendChecksum(from start: Int, to buffer: inout ByteBuffer) {
    let checksum = CyclicRedundancy(of: buffer.span.extracting(start..<buffer.count)).value
    append(UInt64(checksum), bytes: 4, to: &buffer)
  }
}
