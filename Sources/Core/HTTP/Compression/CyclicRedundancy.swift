// CyclicRedundancy: the checksum of gzip and of Amazon's event streams (RFC 1952 8, reflected polynomial 0xEDB88320).

/// CRC-32 of bytes that come in pieces.
struct CyclicRedundancy {
  private var register: UInt32 = .max

  var value: UInt32 { ~register }

  init() {}

  init(of bytes: Span<UInt8>) { take(bytes) }

  mutating func take(_ bytes: Span<UInt8>) {
    let table = Self.table.span
    var register = self.register
    for index in 0..<bytes.count {
      register = table[Int((register ^ UInt32(bytes[index])) & 0xFF)] ^ (register &>> 8)
    }
    self.register = register
  }

  /// What each byte does to the register.
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { rest, _ in rest & 1 == 1 ? 0xEDB8_8320 ^ (rest &>> 1) : rest &>> 1 }
  }
}
