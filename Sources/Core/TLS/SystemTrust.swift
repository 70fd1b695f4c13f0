// SystemTrust: finds the certificate authorities this machine trusts, and loads as few of them as it can.

internal import COpenSSL
import Glibc

/// A hashed directory (Debian's /etc/ssl/certs: one link per authority, named by its hash) costs nothing until an
/// authority is looked up; the same authorities as one bundle cost 0.8 MiB of heap for good. So a bundle is loaded only
/// where there is no such directory, or where SSL_CERT_FILE asks for it.
@safe
struct SystemTrust {
  var directory: String?
  var file: String?

  /// Where distributions without a hashed directory keep their bundle.
  private static let bundles = [
    "/etc/ssl/certs/ca-certificates.crt",  // Debian, Alpine, distroless images
    "/etc/pki/tls/certs/ca-bundle.crt",  // Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",  // SUSE
    "/etc/ssl/cert.pem",
  ]

  /// SSL_CERT_DIR and SSL_CERT_FILE replace the defaults, as for every program that uses OpenSSL.
  static func find() throws(TLSError) -> SystemTrust {
    // SAFETY: OpenSSL's constant text.
    let usual = unsafe String(cString: X509_get_default_cert_dir())
    return try find(
      directory: environment("SSL_CERT_DIR") ?? usual, file: environment("SSL_CERT_FILE"), bundles: bundles)
  }

  static func find(directory: String, file: String?, bundles: [String]) throws(TLSError) -> SystemTrust {
    let hashed = directory.split(separator: ":").map(String.init).contains(where: isHashed)
    if let file { return SystemTrust(directory: hashed ? directory : nil, file: file) }
    if hashed { return SystemTrust(directory: directory) }
    guard let bundle = bundles.first(where: { unsafe access($0, R_OK) == 0 }) else {
      throw .noTrustStore(searched: [directory] + bundles)
    }
    return SystemTrust(file: bundle)
  }

  /// Whether it holds at least one entry OpenSSL would look up: eight hexadecimal digits, a dot, a number.
  private static func isHashed(_ directory: String) -> Bool {
    // SAFETY: the stream is closed before return; an entry is read before the next one is asked for.
    guard let stream = unsafe opendir(directory) else { return false }
    defer { unsafe _ = closedir(stream) }
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        unsafe Array(bytes.prefix { $0 != 0 })
      }
      if name.count == 10, name[8] == UInt8(ascii: "."), name.prefix(8).allSatisfy(isHexadecimal) { return true }
    }
    return false
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")) || (byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "f"))
  }

  private static func environment(_ name: String) -> String? {
    // SAFETY: the text is copied at once, and nothing of ours changes the environment.
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }
}
