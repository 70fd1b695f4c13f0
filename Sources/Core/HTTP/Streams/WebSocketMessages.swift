// WebSocketMessages: the messages that a server sends over a WebSocket (RFC 6455), read as they pass by.

import Bytes

/// Takes frames off a copy of the bytes and gives the texts. It only listens: frames that no server may send end the
/// listening, never the passing.
public struct WebSocketMessages: ~Copyable, Sendable {
  private enum Limits {
    /// Longer messages pass unread.
    static let messageBytesMax = 4 << 20
    /// No frame that anybody sends is as long.
    static let payloadBytesMax: UInt64 = 1 << 40
  }

  private enum Opcode {
    static let continuation: UInt8 = 0
    static let text: UInt8 = 1
    /// Close, ping and pong may stand between the frames of a message (5.4).
    static let control: UInt8 = 8
  }

  private struct Frame {
    let headerBytes: Int
    let payloadBytes: Int
    let opcode: UInt8
    let isFinal: Bool
    let isValid: Bool
  }

  private var bytes = ByteBuffer()
  private var message = ByteBuffer()
  private var isText = false
  /// Bytes of a payload that nobody reads which have not come yet.
  private var skipped = 0
  /// The bytes make no sense: nothing after them is read.
  public private(set) var isLost = false

  public init() {}

  public mutating func arrived(_ more: Span<UInt8>) {
    let passed = min(skipped, more.count)
    skipped -= passed
    if !isLost { bytes.append(more.extracting(passed..<more.count)) }
  }

  /// The next whole text; nil when more bytes are needed.
  public mutating func next() -> ByteSlice? {
    while !isLost, let frame = frame() {
      let isControl = frame.opcode >= Opcode.control
      let isRead = frame.opcode == Opcode.text || (frame.opcode == Opcode.continuation && isText)
      if isControl || !isRead || message.count + frame.payloadBytes > Limits.messageBytesMax {
        skip(frame)
        if isControl { continue }
        message.removeAll()
        isText = false
        continue
      }
      guard bytes.count >= frame.headerBytes + frame.payloadBytes else { return nil }
      message.append(bytes.slice(frame.headerBytes..<frame.headerBytes + frame.payloadBytes))
      bytes.consume(frame.headerBytes + frame.payloadBytes)
      isText = !frame.isFinal
      if frame.isFinal { return message.take() }
    }
    return nil
  }

  private mutating func skip(_ frame: Frame) {
    let here = min(bytes.count, frame.headerBytes + frame.payloadBytes)
    skipped = frame.headerBytes + frame.payloadBytes - here
    bytes.consume(here)
  }

  /// The head of the frame at the front (5.2); nil when more bytes are needed.
  private mutating func frame() -> Frame? {
    guard let frame = Self.frame(at: bytes.span) else { return nil }
    if frame.isValid { return frame }
    isLost = true
    return nil
  }

  /// Servers never mask (5.1), and no extension was agreed on that would use the reserved bits.
  private static func frame(at front: Span<UInt8>) -> Frame? {
    guard front.count >= 2 else { return nil }
    let short = Int(front[1] & 0x7F)
    let more = short == 127 ? 8 : short == 126 ? 2 : 0
    guard front.count >= 2 + more else { return nil }
    var length: UInt64 = more == 0 ? UInt64(short) : 0
    for place in 0..<more { length = length << 8 | UInt64(front[2 + place]) }
    let isValid = front[1] & 0x80 == 0 && front[0] & 0x70 == 0 && length <= Limits.payloadBytesMax
    return Frame(
      headerBytes: 2 + more, payloadBytes: isValid ? Int(length) : 0, opcode: front[0] & 0x0F,
      isFinal: front[0] & 0x80 != 0, isValid: isValid)
  }
}
