// AmazonEventDecoder: the body of an Amazon event stream becomes its messages, each checked before it is believed.

import Bytes

/// Takes messages off the front of a buffer that a stream is being gathered in, split anywhere.
public struct AmazonEventDecoder: Sendable {
  /// Total length, length of the headers, and their checksum.
  static let preludeBytes = 12
  static let checksumBytes = 4
  /// As Amazon's own clients have it.
  static let headersBytesMax = 128 << 10

  private let eventBytesMax: Int
  /// The lengths of the message at the front, once its first bytes have been checked.
  private var awaited: (total: Int, headers: Int)?

  public init(limits: HTTPLimits = HTTPLimits()) { eventBytesMax = limits.eventBytesMax }

  /// The next whole message, its bytes consumed from `input`; nil when more bytes are needed. 502 when lengths or
  /// checksums are wrong or the message is larger than the limit: nothing after it can be trusted.
  public mutating func next(from input: inout ByteBuffer) throws(HTTPError) -> AmazonEvent? {
    if awaited == nil { awaited = try prelude(in: input.span) }
    guard let (total, headers) = awaited, input.count >= total else { return nil }
    assert(total >= Self.preludeBytes + headers + Self.checksumBytes, "headers of \(headers) in \(total) bytes")
    let checked = total - Self.checksumBytes
    let message = input.slice(0..<total)
    let bytes = message.span
    guard
      UInt64(CyclicRedundancy(of: bytes.extracting(0..<checked)).value) == bytes.extracting(checked..<total).bigEndian
    else { throw Self.damaged("a message does not match its checksum") }
    let headersEnd = Self.preludeBytes + headers
    var walk = AmazonHeaderWalk()
    let fields = bytes.extracting(Self.preludeBytes..<headersEnd)
    while walk.next(in: fields) != nil {}
    guard walk.at == headers else { throw Self.damaged("a header of a message ends outside it or has an unknown type") }
    input.consume(total)
    awaited = nil
    return AmazonEvent(
      raw: message, headers: message.slice(Self.preludeBytes..<headersEnd), payload: message.slice(headersEnd..<checked)
    )
  }

  private func prelude(in bytes: Span<UInt8>) throws(HTTPError) -> (total: Int, headers: Int)? {
    guard bytes.count >= Self.preludeBytes else { return nil }
    guard UInt64(CyclicRedundancy(of: bytes.extracting(0..<8)).value) == bytes.extracting(8..<12).bigEndian else {
      throw Self.damaged("the lengths of a message do not match their checksum")
    }
    let total = Int(bytes.extracting(0..<4).bigEndian)
    let headers = Int(bytes.extracting(4..<8).bigEndian)
    guard total >= Self.preludeBytes + headers + Self.checksumBytes else {
      throw Self.damaged("a message of \(total) bytes claims \(headers) bytes of headers")
    }
    if headers > Self.headersBytesMax {
      throw Self.damaged("a message has more than \(Self.headersBytesMax) bytes of headers")
    }
    if total > eventBytesMax { throw Self.damaged("a message is larger than \(eventBytesMax) bytes") }
    return (total, headers)
  }

  private static func damaged(_ what: String) -> HTTPError {
    HTTPError(status: 502, "The provider's event stream was refused: \(what).")
  }
}
