// TLSSession's side of trust: whom to expect, what OpenSSL says of the certificate, and the sessions it hands out.

internal import COpenSSL
import Glibc

extension TLSSession {
  /// The longest name DNS knows (RFC 1035 2.3.4).
  private static let hostNameBytesMax = 253

  /// Makes the handshake succeed only with `hostName`: a DNS name is also announced (SNI, RFC 6066 3), an address is
  /// not.
  func verify(_ hostName: String) throws(TLSError) {
    // A fully qualified name may end in a dot; certificates and SNI leave it out.
    let name = hostName.hasSuffix(".") ? String(hostName.dropLast()) : hostName
    if name.isEmpty || name.utf8.count > Self.hostNameBytesMax
      || name.utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7F })
    {
      throw .invalidHostName(hostName)
    }
    // SAFETY: OpenSSL copies the name; the parameters belong to `ssl`.
    let parameters = unsafe SSL_get0_param(ssl)
    if unsafe X509_VERIFY_PARAM_set1_ip_asc(parameters, name) == 1 { return }
    unsafe SSL_set_hostflags(ssl, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
    guard unsafe SSL_set1_host(ssl, name) == 1 else { throw .invalidHostName(hostName) }
    let announced = unsafe name.withCString { text in
      unsafe SSL_ctrl(
        ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name), UnsafeMutableRawPointer(mutating: text))
    }
    if announced != 1 { throw .invalidHostName(hostName) }
  }

  fileprivate func certificateRefused(by verification: OpaquePointer?) {
    // SAFETY: inside the verify callback the current certificate, if any, is alive.
    let code = unsafe X509_STORE_CTX_get_error(verification)
    let depth = unsafe X509_STORE_CTX_get_error_depth(verification)
    guard let x509 = unsafe X509_STORE_CTX_get_current_cert(verification) else {
      refusal = CertificateRefusal(
        hostName: peer, reason: .other(unsafe String(cString: X509_verify_cert_error_string(Int(code)))))
      return
    }
    refusal = unsafe PeerCertificate(x509).refusal(code: code, depth: depth, hostName: peer)
  }

  fileprivate func sessionArrived(_ session: OpaquePointer) {
    unsafe context.sessions.keep(ResumableSession(owning: session), for: peer)
  }

  /// The session whose connection this is.
  fileprivate static func behind(_ ssl: OpaquePointer?) -> TLSSession {
    // SAFETY: init stored this pointer, and callbacks run only inside verbs of the living session.
    unsafe Unmanaged<TLSSession>.fromOpaque(SSL_get_ex_data(ssl, 0)).takeUnretainedValue()
  }
}

/// OpenSSL looked at one certificate of the chain; its verdict stands, and the reason of a refusal is noted.
func verifyCertificate(accepted: Int32, verification: OpaquePointer?) -> Int32 {
  if accepted == 1 { return 1 }
  // SAFETY: OpenSSL keeps the connection in the verification's extra data for the length of the callback.
  let ssl = unsafe X509_STORE_CTX_get_ex_data(verification, SSL_get_ex_data_X509_STORE_CTX_idx())
  unsafe TLSSession.behind(OpaquePointer(ssl)).certificateRefused(by: verification)
  return 0
}

/// A session that can be resumed arrived: with TLS 1.3 after the handshake, while plaintext is read. Answering 1 keeps
/// the reference that comes with it.
func sessionArrived(ssl: OpaquePointer?, session: OpaquePointer?) -> Int32 {
  guard let session = unsafe session else { return 0 }
  unsafe TLSSession.behind(ssl).sessionArrived(session)
  return 1
}
