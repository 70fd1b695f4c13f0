// AmazonEvent: one message of an `application/vnd.amazon.eventstream` body, in which Bedrock streams.
//
// The format is described at docs.aws.amazon.com/lexv2/latest/dg/event-stream-encoding.html and in Smithy's specification
// (smithy.io/2.0/aws/amazon-eventstream.html): total length, length of the headers, CRC-32 of these eight bytes,
// headers, payload, CRC-32 of all before it; numbers are big-endian.

import Bytes

/// Headers and a payload.
public struct AmazonEvent: Sendable {
  /// Every byte of the message: written out one after another, the messages are the stream again.
  public let raw: ByteSlice
  /// The headers as they stand on the wire; each was found to be whole.
  private let headers: ByteSlice
  public let payload: ByteSlice

  init(raw: ByteSlice, headers: ByteSlice, payload: ByteSlice) {
    self.raw = raw
    self.headers = headers
    self.payload = payload
  }

  /// What a header may hold.
  public enum Value: Hashable, Sendable {
    case bool(Bool)
    case int8(Int8)
    case int16(Int16)
    case int32(Int32)
    case int64(Int64)
    case bytes([UInt8])
    case string(String)
    /// Milliseconds since 1970.
    case timestamp(Int64)
    /// Sixteen bytes.
    case uuid([UInt8])
  }

  /// All headers in order.
  public var fields: [(name: String, value: Value)] {
    var fields: [(name: String, value: Value)] = []
    var walk = AmazonHeaderWalk()
    while let header = walk.next(in: headers.span) {
      let bytes = headers.span
      fields.append((String(bytes.extracting(header.name)), header.value(in: bytes)))
    }
    return fields
  }

  /// The text of the header `name`, shared with the message; nil where there is none or it holds no text.
  public func text(_ name: StaticString) -> ByteSlice? {
    var walk = AmazonHeaderWalk()
    while let header = walk.next(in: headers.span) {
      guard headers.span.extracting(header.name).equals(name) else { continue }
      return header.kind == .string ? headers.slice(header.content) : nil
    }
    return nil
  }

  /// What the message is: `event`, `exception` or `error`. Empty where it does not say.
  public var messageType: ByteSlice { text(":message-type") ?? ByteSlice() }
  /// Which event, or which exception.
  public var eventType: ByteSlice { text(":event-type") ?? text(":exception-type") ?? ByteSlice() }
}

/// Where one header stands among the bytes of all.
struct AmazonHeader {
  enum Kind: UInt8 {
    case yes, no, int8, int16, int32, int64, bytes, string, timestamp, uuid
  }

  var name: Range<Int>
  var kind: Kind
  /// Without the length before it.
  var content: Range<Int>

  func value(in bytes: Span<UInt8>) -> AmazonEvent.Value {
    let content = bytes.extracting(self.content)
    switch kind {
    case .yes: return .bool(true)
    case .no: return .bool(false)
    case .int8: return .int8(Int8(truncatingIfNeeded: content.bigEndian))
    case .int16: return .int16(Int16(truncatingIfNeeded: content.bigEndian))
    case .int32: return .int32(Int32(truncatingIfNeeded: content.bigEndian))
    case .int64: return .int64(Int64(truncatingIfNeeded: content.bigEndian))
    case .timestamp: return .timestamp(Int64(truncatingIfNeeded: content.bigEndian))
    case .string: return .string(String(content))
    case .bytes: return .bytes(content.indices.map { content[$0] })
    case .uuid: return .uuid(content.indices.map { content[$0] })
    }
  }
}

/// Goes from header to header. Ends at the first that is not whole, so `at` tells whether all were.
struct AmazonHeaderWalk {
  private(set) var at = 0

  mutating func next(in bytes: Span<UInt8>) -> AmazonHeader? {
    guard at < bytes.count else { return nil }
    let nameStart = at + 1
    let nameEnd = nameStart + Int(bytes[at])
    guard nameEnd > nameStart, nameEnd < bytes.count, let kind = AmazonHeader.Kind(rawValue: bytes[nameEnd]) else {
      return nil
    }
    var contentStart = nameEnd + 1
    let length: Int
    switch kind {
    case .yes, .no: length = 0
    case .int8: length = 1
    case .int16: length = 2
    case .int32: length = 4
    case .int64, .timestamp: length = 8
    case .uuid: length = 16
    case .bytes, .string:
      contentStart += 2
      guard contentStart <= bytes.count else { return nil }
      length = Int(bytes.extracting(contentStart - 2..<contentStart).bigEndian)
    }
    guard contentStart + length <= bytes.count else { return nil }
    at = contentStart + length
    return AmazonHeader(name: nameStart..<nameEnd, kind: kind, content: contentStart..<at)
  }
}

extension Span where Element == UInt8 {
  /// The number these bytes spell, the most significant first; of at most eight bytes.
  var bigEndian: UInt64 {
    var number: UInt64 = 0
    for index in 0..<count { number = number &<< 8 | UInt64(self[index]) }
    return number
  }
}
