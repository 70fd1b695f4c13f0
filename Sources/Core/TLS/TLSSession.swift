// TLSSession: one TLS connection as bytes in and bytes out; whoever owns the socket carries the ciphertext.

import Bytes
internal import COpenSSL
import Glibc

/// What `readPlaintext` left the connection in.
public enum PlaintextState: Hashable, Sendable {
  /// More may come.
  case open
  /// The peer said it has sent everything (close_notify).
  case closed
  /// The transport ended without the peer saying so: the last bytes may have been cut off by anybody.
  case truncated
}

/// Used by one task at a time. After every verb, also one that throws, `takeCiphertext` may have something to send:
/// a handshake message, an answer, the alert that tells the peer why it is refused.
///
/// The session holds at most what it was fed and has not been asked for. An error is final: every later verb throws
/// it again.
@safe
public final class TLSSession {
  // SAFETY: made in init, freed in deinit and never reseated. Its BIO refers to `wire` and its ex_data to self, both
  // alive until deinit ends, and callbacks run only inside the verbs below.
  let ssl: OpaquePointer
  let context: TLSContext
  /// The host name or address a client verifies; "the client" on the server's side.
  public let peer: String
  /// The handshake is complete and, on the client's side, the certificate is verified.
  public private(set) var isEstablished = false
  /// Set inside the handshake, when the certificate is looked at.
  var refusal: CertificateRefusal?
  private let wire = Wire()
  private var opening = Opening()
  private var failure: TLSError?
  private var isClosed = false
  private var transportEnded = false
  private(set) var peerState = PlaintextState.open

  /// A connection to `hostName`, a DNS name or an IP address; its first message is ready to be taken. Throws for a name
  /// that cannot be verified.
  public convenience init(client context: TLSContext, hostName: String) throws(TLSError) {
    try self.init(context, peer: hostName)
    try verify(hostName)
    unsafe SSL_set_connect_state(ssl)
    unsafe context.sessions.newest(for: hostName)?.offer(on: ssl)
    try handshake()
  }

  /// A connection from a client. Throws only when OpenSSL is out of memory.
  public convenience init(server context: TLSContext) throws(TLSError) {
    try self.init(context, peer: "the client")
    unsafe SSL_set_accept_state(ssl)
  }

  private init(_ context: TLSContext, peer: String) throws(TLSError) {
    ERR_clear_error()
    guard let ssl = unsafe SSL_new(context.handle) else { throw .unavailable() }
    unsafe self.ssl = ssl
    self.context = context
    self.peer = peer
    // SAFETY: one BIO serves both directions, and SSL_set_bio takes over its one reference.
    guard let bio = unsafe wire.makeBIO() else { throw .unavailable() }
    unsafe SSL_set_bio(ssl, bio, bio)
    guard unsafe SSL_set_ex_data(ssl, 0, Unmanaged.passUnretained(self).toOpaque()) == 1 else { throw .unavailable() }
  }

  deinit {
    // Without this, OpenSSL forgets the session of every connection that ended without close_notify (RFC 5246 7.2.1
    // allows resuming it).
    unsafe SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN)
    unsafe SSL_free(ssl)
  }

  // MARK: verbs

  /// Bytes arrived from the peer. Goes on with the handshake; later, `readPlaintext` decrypts them. Throws when the
  /// handshake fails, and again ever after.
  public func received(_ ciphertext: Span<UInt8>) throws(TLSError) {
    if let failure { throw failure }
    if peerState != .open { return }
    if !isEstablished { opening.received(ciphertext) }
    wire.incoming.append(ciphertext)
    if !isEstablished { try handshake() }
  }

  /// The transport ended. During the handshake that is an error; afterwards it is remembered when the peer had not
  /// announced it. Bytes received before are still there to be read.
  public func receivedEnd() throws(TLSError) {
    if let failure { throw failure }
    if !isEstablished { throw fail(.endedDuringHandshake(peer: peer)) }
    transportEnded = true
  }

  /// Appends everything that can be decrypted; what came before an error stays appended.
  public func readPlaintext(into plaintext: inout ByteBuffer) throws(TLSError) -> PlaintextState {
    if let failure { throw failure }
    while isEstablished, peerState == .open {
      let room = max(Int(unsafe SSL_pending(ssl)), min(wire.incoming.count, Self.recordBytesMax))
      if room == 0 {
        // SSL_MODE_RELEASE_BUFFERS forgets the 16 KiB of a read that ended with a handshake message or an empty wire.
        unsafe _ = SSL_free_buffers(ssl)
        if transportEnded { peerState = .truncated }
        break
      }
      var result: Int32 = 0
      ERR_clear_error()
      // SAFETY: OpenSSL writes at most `spare.count` bytes and says how many.
      unsafe plaintext.fill(atLeast: room) { spare in
        var count = 0
        unsafe result = SSL_read_ex(ssl, spare.baseAddress, spare.count, &count)
        return result == 1 ? count : 0
      }
      if result == 1 { continue }
      switch unsafe SSL_get_error(ssl, result) {
      case SSL_ERROR_WANT_READ: continue
      case SSL_ERROR_ZERO_RETURN:
        peerState = .closed
        wire.incoming.release()
      default: throw fail()
      }
    }
    return peerState
  }

  /// Encrypts `plaintext` in records of 16 KiB. Only after the handshake: what is to be said before it waits with the
  /// caller, who can still take it to another candidate. Throws after `close()` and after a failure.
  public func write(_ plaintext: Span<UInt8>) throws(TLSError) {
    if let failure { throw failure }
    precondition(isEstablished, "wrote to \(peer) before the handshake ended")
    if isClosed { throw .closed(peer: peer) }
    if plaintext.isEmpty { return }
    wire.outgoing.reserve(plaintext.count + (plaintext.count / Self.recordBytesMax + 1) * Self.recordOverheadBytes)
    ERR_clear_error()
    // SAFETY: OpenSSL reads `count` bytes during the call. The wire takes everything, so one call writes it all.
    let result = unsafe plaintext.withUnsafeBytes { bytes in
      var written = 0
      return unsafe SSL_write_ex(ssl, bytes.baseAddress, bytes.count, &written)
    }
    if result != 1 { throw fail() }
  }

  /// Moves everything that has to go to the peer behind the last byte of `ciphertext`; into an empty buffer nothing is
  /// copied.
  public func takeCiphertext(into ciphertext: inout ByteBuffer) {
    wire.takeOutgoing(into: &ciphertext)
  }

  /// Tells the peer that nothing more will be written (close_notify). Reading goes on until the peer closes too.
  public func close() {
    if isClosed { return }
    isClosed = true
    if !isEstablished || failure != nil { return }
    ERR_clear_error()
    unsafe _ = SSL_shutdown(ssl)
  }

  // MARK: inside

  /// The most plaintext one record carries (RFC 8446 5.1).
  private static let recordBytesMax = 16_384
  /// Header, explicit nonce, tag and content type of a record; the most any cipher of ours needs is 40.
  private static let recordOverheadBytes = 64

  private func handshake() throws(TLSError) {
    ERR_clear_error()
    let result = unsafe SSL_do_handshake(ssl)
    if result == 1 {
      isEstablished = true
    } else if unsafe SSL_get_error(ssl, result) != SSL_ERROR_WANT_READ {
      throw fail()
    }
  }

  /// Remembers why the connection is over.
  private func fail(_ error: TLSError? = nil) -> TLSError {
    let error = error ?? refusal.map { .certificate($0) } ?? TLSError(.take(), peer: peer, opening: opening)
    failure = error
    wire.incoming.release()
    return error
  }
}
