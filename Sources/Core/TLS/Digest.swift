// Digest: SHA-256 and HMAC-SHA-256 (FIPS 180-4, RFC 2104), as OpenSSL computes them.

import Bytes
internal import COpenSSL

/// A SHA-256 of something, or an authentication code made with it.
public struct Digest: Sendable {
  public let bytes: InlineArray<32, UInt8>

  /// The digest of `bytes`.
  public init(of bytes: Span<UInt8>) {
    // SAFETY: OpenSSL reads `count` bytes and writes the 32 of its digest.
    self.bytes = unsafe Self.filled { room in
      unsafe bytes.withUnsafeBytes { unsafe EVP_Digest($0.baseAddress, $0.count, room, nil, EVP_sha256(), nil) }
    }
  }

  /// The digest of `pieces`, one behind the other.
  public init(of pieces: [ByteSlice]) {
    // SAFETY: the context is ours and freed once; OpenSSL copies nothing beyond each update.
    let context = unsafe EVP_MD_CTX_new()
    defer { unsafe EVP_MD_CTX_free(context) }
    var status = unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil)
    for piece in pieces {
      status &= unsafe piece.span.withUnsafeBytes { unsafe EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
    }
    let updated = status
    bytes = unsafe Self.filled { room in unsafe updated == 1 ? EVP_DigestFinal_ex(context, room, nil) : 0 }
  }

  /// The code that proves that whoever made it knew `key`.
  public init(authenticating bytes: Span<UInt8>, with key: Span<UInt8>) {
    // SAFETY: OpenSSL reads both runs and writes 32 bytes. An empty run still needs an address.
    self.bytes = unsafe Self.filled { room in
      unsafe key.withUnsafeBytes { key in
        unsafe bytes.withUnsafeBytes { bytes in
          let empty: StaticString = ""
          let start = unsafe key.baseAddress ?? UnsafeRawPointer(empty.utf8Start)
          let text = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) ?? empty.utf8Start
          return unsafe HMAC(EVP_sha256(), start, Int32(key.count), text, bytes.count, room, nil) == nil ? 0 : 1
        }
      }
    }
  }

  public var span: Span<UInt8> {
    @_lifetime(borrow self) get { bytes.span }
  }

  /// Sixty-four lower-case hexadecimal digits.
  public var hexadecimal: String {
    var digits: [UInt8] = []
    digits.reserveCapacity(64)
    for index in bytes.indices {
      for half in [bytes[index] >> 4, bytes[index] & 15] { digits.append(half < 10 ? half + 48 : half + 87) }
    }
    return String(decoding: digits, as: UTF8.self)
  }

  @unsafe private static func filled(_ fill: (UnsafeMutablePointer<UInt8>) -> Int32) -> InlineArray<32, UInt8> {
    var room = InlineArray<32, UInt8>(repeating: 0)
    var span = room.mutableSpan
    // SAFETY: the room has the 32 bytes that SHA-256 fills.
    let status = unsafe span.withUnsafeMutableBytes { bytes in
      unsafe fill(bytes.baseAddress!.assumingMemoryBound(to: UInt8.self))
    }
    precondition(status == 1, "OpenSSL could not compute a SHA-256: out of memory")
    return room
  }
}
