// SigningKey: an RSA key that signs, read from the PEM text of service accounts.

import Bytes
internal import COpenSSL

/// One private key. Its text is not kept, and nothing of it can be printed.
@safe
public final class SigningKey: @unchecked Sendable, CustomStringConvertible {
  // SAFETY: owned, freed once in deinit; OpenSSL does not change a key that signs.
  private let key: OpaquePointer

  /// Reads a PKCS #8 or PKCS #1 key without a password; throws where it is none or not RSA.
  public init(pem: String) throws(SigningKeyError) {
    let bytes = Array(pem.utf8)
    // SAFETY: the BIO reads the bytes while they are lent; it and the key are freed by us. A password would be asked for
    // at the terminal: the callback says that there is none.
    let key = unsafe bytes.withUnsafeBytes { text -> OpaquePointer? in
      guard let source = unsafe BIO_new_mem_buf(text.baseAddress, Int32(clamping: text.count)) else { return nil }
      defer { unsafe BIO_free(source) }
      return unsafe PEM_read_bio_PrivateKey(source, nil, { _, _, _, _ in 0 }, nil)
    }
    _ = OpenSSLError.take()
    guard let key = unsafe key else { throw SigningKeyError("is not a private key in PEM without a password") }
    guard unsafe EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA else {
      unsafe EVP_PKEY_free(key)
      throw SigningKeyError("is not an RSA key")
    }
    unsafe self.key = key
  }

  deinit { unsafe EVP_PKEY_free(key) }

  public var description: String { "a signing key" }

  /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 3.3, RS256). Throws when OpenSSL cannot sign, such as with a key that is
  /// too short.
  public func signature(of bytes: Span<UInt8>) throws(SigningKeyError) -> [UInt8] {
    // SAFETY: the context is ours and freed once; OpenSSL reads `count` bytes and writes at most as many as it said.
    let context = unsafe EVP_MD_CTX_new()
    defer { unsafe EVP_MD_CTX_free(context) }
    guard unsafe EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key) == 1 else { throw .unusable() }
    var count = 0
    let text = unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) }
    guard unsafe EVP_DigestSign(context, nil, &count, text, text.count) == 1 else { throw .unusable() }
    var signature = [UInt8](repeating: 0, count: count)
    guard unsafe EVP_DigestSign(context, &signature, &count, text, text.count) == 1 else { throw .unusable() }
    return Array(signature.prefix(count))
  }
}

/// Why a key cannot be used: a predicate, whose subject the caller knows; never the key.
public struct SigningKeyError: Error, Hashable, Sendable {
  public let problem: String

  init(_ problem: String) { self.problem = problem }

  fileprivate static func unusable() -> Self {
    Self("cannot sign: \(OpenSSLError.take()?.text ?? "out of memory")")
  }
}
