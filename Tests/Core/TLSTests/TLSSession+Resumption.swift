// TLSSession+Resumption: what these tests ask of OpenSSL that nobody else needs to know.

import COpenSSL

@testable import TLS

extension TLSSession {
  /// The handshake was shortened by a session of an earlier connection.
  var wasResumed: Bool {
    // SAFETY: a session keeps its SSL until it ends.
    unsafe SSL_session_reused(ssl) == 1
  }
}
