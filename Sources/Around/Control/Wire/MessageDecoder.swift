// MessageDecoder: bytes of a socket in, JSON objects out: one object and a NUL byte is a message (varlink.org).

import Bytes
import JSON

/// Finds the messages in what has arrived. Holds no bytes itself: what is not yet a whole message stays in the input.
public struct MessageDecoder: Sendable {
  private let bytesMax: Int
  /// How many bytes at the front of the input are known to hold no NUL.
  private var searched = 0

  public init(bytesMax: Int = ControlLimits.messageBytesMax) { self.bytesMax = bytesMax }

  /// Part of a message has arrived and its end has not.
  public var isInsideMessage: Bool { searched > 0 }

  /// The next message, which is then gone from `input`; nil when its end has not arrived yet. After a throw nothing
  /// that this peer sends can be trusted. Throws for a message that is too long, too deep, empty or no JSON object.
  public mutating func next(from input: inout ByteBuffer) throws(MessageError) -> JSONValue? {
    assert(searched <= input.count, "\(searched) bytes were searched of \(input.count)")
    guard let end = input.span.firstIndex(of: 0, from: searched) else {
      searched = input.count
      if searched > bytesMax { throw .tooLarge(bytesMax: bytesMax) }
      return nil
    }
    if end > bytesMax { throw .tooLarge(bytesMax: bytesMax) }
    defer {
      searched = 0
      input.consume(end + 1)
    }
    return try Self.document(input.span.extracting(0..<end))
  }

  private static func document(_ text: Span<UInt8>) throws(MessageError) -> JSONValue {
    if text.isEmpty { throw .empty }
    if isDeeper(than: ControlLimits.depthMax, text) { throw .tooDeep(depthMax: ControlLimits.depthMax) }
    let document: JSONValue
    do {
      document = try JSONValue.parse(text, rejectingDuplicates: true)
    } catch {
      throw .malformed(error)
    }
    if document.kind != .object { throw .notAnObject }
    return document
  }

  /// Whether containers stand inside each other more than `depthMax` deep. Exact for JSON; in other texts only up to
  /// where they stop being JSON, which is as far as the parser reads.
  private static func isDeeper(than depthMax: Int, _ text: Span<UInt8>) -> Bool {
    var depth = 0
    var at = 0
    while at < text.count {
      switch text[at] {
      case UInt8(ascii: "\""): at = endOfString(text, from: at + 1)
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        if depth > depthMax { return true }
        at += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        at += 1
      default: at += 1
      }
    }
    return false
  }

  /// The index after the closing quote, or the text's end.
  private static func endOfString(_ text: Span<UInt8>, from start: Int) -> Int {
    var at = start
    while let quote = text.firstIndex(of: UInt8(ascii: "\""), from: at) {
      var backslashes = 0
      while quote - backslashes > start, text[quote - backslashes - 1] == UInt8(ascii: "\\") { backslashes += 1 }
      if backslashes % 2 == 0 { return quote + 1 }
      at = quote + 1
    }
    return text.count
  }
}
