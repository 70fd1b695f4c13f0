// TLSContext: what all connections of one kind share: trust or certificate, protocol versions, resumable sessions.

internal import COpenSSL
import Glibc

/// Made once and used for many connections, from any thread.
@safe
public final class TLSContext: @unchecked Sendable {
  /// Which authorities may vouch for a provider.
  public enum Trust: Hashable, Sendable {
    /// Those this machine trusts; looked up when a client context is made, not before.
    case system
    /// Only those in this PEM file.
    case file(String)
  }

  // SAFETY: made in init, freed in deinit and never reseated; configured before it is shared, and OpenSSL locks inside.
  let handle: OpaquePointer
  /// Only clients keep sessions; a server's are in the tickets it hands out.
  let sessions = SessionStore()

  /// For connections to providers, whose certificates are verified against `trust`. Throws when there is no authority
  /// to trust, or a CA file cannot be used.
  public static func client(trust: Trust) throws(TLSError) -> TLSContext {
    let context = try TLSContext(.client)
    try context.load(trust)
    // SAFETY: the callbacks are functions of this file's module; the texts are constants.
    unsafe SSL_CTX_set_verify(context.handle, SSL_VERIFY_PEER, verifyCertificate)
    // As curl does: a CA file may hold an intermediate authority or the very certificate of the host.
    unsafe _ = X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context.handle), UInt(X509_V_FLAG_PARTIAL_CHAIN))
    unsafe _ = SSL_CTX_set_alpn_protos(context.handle, http11.utf8Start, UInt32(http11.utf8CodeUnitCount))
    unsafe _ = SSL_CTX_ctrl(
      context.handle, SSL_CTRL_SET_SESS_CACHE_MODE, Int(SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE), nil)
    unsafe SSL_CTX_sess_set_new_cb(context.handle, sessionArrived)
    return context
  }

  /// For connections from clients, who are shown the certificate (PEM, followed by its intermediates) of `key`. Throws
  /// when a file cannot be used or the two do not belong together.
  public static func server(certificateFile: String, keyFile: String) throws(TLSError) -> TLSContext {
    let context = try TLSContext(.server)
    try context.load(certificateFile: certificateFile, keyFile: keyFile)
    // SAFETY: as above. Tickets carry the sessions, so nothing is cached here.
    unsafe SSL_CTX_set_alpn_select_cb(context.handle, selectProtocol, nil)
    unsafe _ = SSL_CTX_ctrl(context.handle, SSL_CTRL_SET_SESS_CACHE_MODE, Int(SSL_SESS_CACHE_OFF), nil)
    return context
  }

  private enum Side { case client, server }

  private init(_ side: Side) throws(TLSError) {
    ERR_clear_error()
    // SAFETY: the methods are constants of OpenSSL's.
    let method = unsafe side == .client ? TLS_client_method() : TLS_server_method()
    guard let handle = unsafe SSL_CTX_new(method) else { throw .unavailable() }
    unsafe self.handle = handle
    unsafe _ = SSL_CTX_ctrl(handle, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
    unsafe _ = SSL_CTX_ctrl(handle, SSL_CTRL_MODE, Int(SSL_MODE_RELEASE_BUFFERS), nil)
    unsafe _ = SSL_CTX_set_options(handle, noRenegotiation)
    unsafe SSL_CTX_set_default_passwd_cb(handle, noPassphrase)
  }

  deinit { unsafe SSL_CTX_free(handle) }
}

/// The protocols we speak, as ALPN spells them: length, name (RFC 7301 3.1). HTTP/2 is not among them.
private let http11: StaticString = "\u{8}http/1.1"

/// SSL_OP_NO_RENEGOTIATION, a macro Swift cannot import: a TLS 1.2 peer may not start a second handshake.
private let noRenegotiation: UInt64 = 1 << 30

/// An encrypted key is refused; without this, OpenSSL would ask for the passphrase on the terminal.
private func noPassphrase(
  buffer: UnsafeMutablePointer<CChar>?, size: Int32, writing: Int32, context: UnsafeMutableRawPointer?
) -> Int32 { -1 }

/// Chooses http/1.1 where the client offers it, and refuses a client that offers only others (RFC 7301 3.2).
private func selectProtocol(
  ssl: OpaquePointer?, chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
  chosenCount: UnsafeMutablePointer<UInt8>?, offered: UnsafePointer<UInt8>?, offeredCount: UInt32,
  context: UnsafeMutableRawPointer?
) -> Int32 {
  // SAFETY: OpenSSL hands valid pointers; the choice points into `http11`, which lives as long as the program.
  var choice: UnsafeMutablePointer<UInt8>?
  let result = unsafe SSL_select_next_proto(
    &choice, chosenCount, http11.utf8Start, UInt32(http11.utf8CodeUnitCount), offered, offeredCount)
  guard result == OPENSSL_NPN_NEGOTIATED else { return SSL_TLSEXT_ERR_ALERT_FATAL }
  unsafe chosen?.pointee = UnsafePointer(choice)
  return SSL_TLSEXT_ERR_OK
}
