// PeerCertificate: reads from a certificate what a refusal has to tell: names, issuer, dates.

internal import COpenSSL
import Glibc

/// One certificate of the chain a peer showed. Borrowed: valid only inside the callback that hands it out.
@safe
struct PeerCertificate {
  // SAFETY: OpenSSL owns the certificate and keeps it for the length of its verify callback, where this value lives.
  private let x509: OpaquePointer

  init(_ x509: OpaquePointer) { unsafe self.x509 = x509 }

  /// Why OpenSSL refused this certificate, `depth` steps from the host's own, with X509_V_ERR code `code`.
  func refusal(code: Int32, depth: Int32, hostName: String) -> CertificateRefusal {
    let reason: CertificateRefusal.Reason =
      switch code {
      case X509_V_ERR_CERT_HAS_EXPIRED: .expired(on: unsafe moment(X509_get0_notAfter(x509)))
      case X509_V_ERR_CERT_NOT_YET_VALID: .notYetValid(until: unsafe moment(X509_get0_notBefore(x509)))
      case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH: .wrongHostName(certificateIsFor: names)
      case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: .selfSigned
      case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
        X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        .untrustedIssuer(issuer)
      default: .other(unsafe String(cString: X509_verify_cert_error_string(Int(code))))
      }
    // An untrusted issuer is told from the host's side, however far up the chain the search ended.
    if case .untrustedIssuer = reason { return CertificateRefusal(hostName: hostName, reason: reason) }
    return CertificateRefusal(hostName: hostName, reason: reason, authority: depth > 0 ? subject : nil)
  }

  private var subject: String { unsafe commonName(X509_get_subject_name(x509)) }
  private var issuer: String { unsafe commonName(X509_get_issuer_name(x509)) }

  /// The host names and addresses it is for: subject alternative names, else the common name (RFC 9525 2.2).
  private var names: [String] {
    // SAFETY: the list is ours to free; its entries are only read before that.
    guard let list = unsafe X509_get_ext_d2i(x509, NID_subject_alt_name, nil, nil) else { return [subject] }
    let stack = OpaquePointer(list)
    defer { unsafe GENERAL_NAMES_free(stack) }
    return (0..<(unsafe OPENSSL_sk_num(stack))).compactMap { index in
      guard let entry = unsafe OPENSSL_sk_value(stack, index) else { return nil }
      return unsafe text(entry.assumingMemoryBound(to: GENERAL_NAME.self))
    }
  }

  private func text(_ name: UnsafePointer<GENERAL_NAME>) -> String? {
    var type: Int32 = 0
    // SAFETY: names and addresses are ASN1_STRINGs; other kinds are not looked into.
    guard let value = unsafe GENERAL_NAME_get0_value(name, &type), type == GEN_DNS || type == GEN_IPADD else {
      return nil
    }
    let string = unsafe value.assumingMemoryBound(to: ASN1_STRING.self)
    let bytes = unsafe UnsafeBufferPointer(start: ASN1_STRING_get0_data(string), count: Int(ASN1_STRING_length(string)))
    if type == GEN_DNS { return unsafe printable(bytes) }
    var address = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    let family = bytes.count == 4 ? AF_INET : AF_INET6
    guard bytes.count == 4 || bytes.count == 16 else { return nil }
    // SAFETY: the byte count fits the family, and `address` holds the longest address with its NUL.
    return unsafe inet_ntop(family, bytes.baseAddress, &address, socklen_t(address.count)).map {
      unsafe String(cString: $0)
    }
  }

  private func commonName(_ name: OpaquePointer?) -> String {
    // SAFETY: at most `count` bytes are written, NUL included; entries and their data belong to the certificate.
    for field in [NID_commonName, NID_organizationName] {
      let index = unsafe X509_NAME_get_index_by_NID(name, field, -1)
      guard index >= 0, let entry = unsafe X509_NAME_get_entry(name, index),
        let string = unsafe X509_NAME_ENTRY_get_data(entry)
      else { continue }
      return unsafe printable(
        UnsafeBufferPointer(start: ASN1_STRING_get0_data(string), count: Int(ASN1_STRING_length(string))))
    }
    return "an authority without a name"
  }

  private func moment(_ time: UnsafePointer<ASN1_TIME>?) -> String {
    // SAFETY: both pointers are valid for the call; only numbers are read from the result.
    var parts = unsafe tm()
    guard unsafe ASN1_TIME_to_tm(time, &parts) == 1 else { return "an unreadable date" }
    let date = unsafe [parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday]
    let clock = unsafe [parts.tm_hour, parts.tm_min, parts.tm_sec]
    func joined(_ numbers: [Int32], _ separator: String) -> String {
      numbers.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: separator)
    }
    return "\(joined(date, "-")) \(joined(clock, ":")) UTC"
  }

  /// At most this many bytes of a text the peer chose reach a message.
  private static let textBytesMax = 100

  /// The peer chose these bytes, so nothing but printable ASCII reaches a log.
  private func printable(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    // SAFETY: the bytes outlive the call.
    let shown = unsafe bytes.prefix(Self.textBytesMax).map { $0 >= 0x20 && $0 < 0x7F ? $0 : UInt8(ascii: "?") }
    return String(decoding: shown, as: UTF8.self)
  }
}
