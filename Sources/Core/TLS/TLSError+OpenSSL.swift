// TLSError from OpenSSL's error queue: the earliest error is the cause, later ones are echoes.

internal import COpenSSL

/// One error of OpenSSL, taken from this thread's queue, which is emptied.
struct OpenSSLError {
  let library: Int32
  let reason: Int32
  /// OpenSSL's words for the reason.
  let text: String

  /// The earliest error; nil when OpenSSL reported none.
  static func take() -> OpenSSLError? {
    let code = ERR_peek_error()
    ERR_clear_error()
    if code == 0 { return nil }
    // SAFETY: the text is a constant of OpenSSL's, or nil.
    let text = unsafe ERR_reason_error_string(code).map { unsafe String(cString: $0) }
    return OpenSSLError(
      library: ERR_GET_LIB(code), reason: ERR_GET_REASON(code), text: text ?? "OpenSSL error \(code)")
  }

  /// The alert the peer sent, when that is what happened.
  var alert: Int32? {
    library == ERR_LIB_SSL && reason >= SSL_AD_REASON_OFFSET ? reason - SSL_AD_REASON_OFFSET : nil
  }

  /// The alert's name as RFC 8446 6 has it: OpenSSL writes "sslv3 alert handshake failure".
  var alertText: String {
    let words = text.split(separator: " ")
    guard let alert = words.firstIndex(of: "alert") else { return text }
    return words[(alert + 1)...].joined(separator: " ")
  }

  var isVersionMismatch: Bool {
    if let alert { return alert == SSL_AD_PROTOCOL_VERSION }
    let reasons = [SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_VERSION_TOO_LOW, SSL_R_WRONG_SSL_VERSION]
    return library == ERR_LIB_SSL && reasons.contains(reason)
  }
}

extension TLSError {
  /// What the handshake or a record with `peer` failed of; `opening` holds the first bytes it sent.
  init(_ error: OpenSSLError?, peer: String, opening: Opening) {
    guard let error else {
      self = .brokenProtocol(peer: peer, reason: "no reason known")
      return
    }
    if !opening.isTLS {
      self = .notTLS(peer: peer, plainHTTP: opening.isHTTP)
    } else if error.isVersionMismatch {
      self = .protocolVersion(peer: peer)
    } else if error.alert != nil {
      self = .refusedByPeer(peer: peer, alert: error.alertText)
    } else {
      self = .brokenProtocol(peer: peer, reason: error.text)
    }
  }

  /// OpenSSL could not do something that does not depend on the peer.
  static func unavailable() -> TLSError { .unavailable(reason: OpenSSLError.take()?.text ?? "out of memory") }
}
