// ReplyHead: the status line and the few header fields that say how a reply's body is framed.

/// The head of a reply, gathered byte by byte in lower case.
struct ReplyHead {
  private static let bytesMax = 65_536
  private var bytes: [UInt8] = []

  /// True once the empty line that ends the head has arrived.
  mutating func take(_ byte: UInt8) throws(ReplyReader.Malformed) -> Bool {
    if bytes.count == Self.bytesMax { throw ReplyReader.Malformed() }
    bytes.append(UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte)
    return byte == UInt8(ascii: "\n") && bytes.suffix(4).elementsEqual("\r\n\r\n".utf8)
  }

  /// 200 of `HTTP/1.1 200 OK`; nil if this is no such line.
  var status: Int? {
    guard bytes.count > 12, bytes.starts(with: "http/1.".utf8) else { return nil }
    return number(bytes[9..<12])
  }

  var contentLength: Int? { value(of: "content-length:").flatMap(number) }

  /// Whether the field is there and its value begins with `text`; both in lower case.
  func field(_ name: StaticString, is text: String) -> Bool {
    value(of: name)?.starts(with: text.utf8) ?? false
  }

  private func value(of name: StaticString) -> ArraySlice<UInt8>? {
    let name = name.description.utf8
    var rest = bytes[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      let line = rest[..<end]
      rest = rest[(end + 1)...]
      if line.starts(with: name) {
        return line.dropFirst(name.count).drop { $0 == UInt8(ascii: " ") }.prefix { $0 != UInt8(ascii: "\r") }
      }
    }
    return nil
  }

  private func number(_ digits: ArraySlice<UInt8>) -> Int? { Int(String(decoding: digits, as: UTF8.self)) }
}
