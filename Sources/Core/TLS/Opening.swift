// Opening: the first bytes a peer sends tell TLS from everything else.

/// The first bytes of a connection, gathered until there are enough to judge by.
struct Opening {
  private var bytes: [UInt8] = []
  private static let bytesMax = 8

  mutating func received(_ ciphertext: Span<UInt8>) {
    var index = 0
    while bytes.count < Self.bytesMax, index < ciphertext.count {
      bytes.append(ciphertext[index])
      index += 1
    }
  }

  /// A TLS record starts with its type, 20 to 24, and the major version 3 (RFC 8446 5.1); nothing yet may become one.
  var isTLS: Bool {
    if let type = bytes.first, type < 20 || type > 24 { return false }
    return bytes.count < 2 || bytes[1] == 3
  }

  /// A status line, or a request line: a method in capitals and a space.
  var isHTTP: Bool {
    if bytes.starts(with: "HTTP/".utf8) { return true }
    guard let space = bytes.firstIndex(of: UInt8(ascii: " ")), space >= 3 else { return false }
    return bytes[..<space].allSatisfy { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") }
  }
}
