// TLSError: what can go wrong between two ends of TLS, each case with a sentence for people.

/// `peer` is the host name a client meant to reach, or "the client" on the server's side.
public enum TLSError: Error, Hashable, Sendable {
  case certificate(CertificateRefusal)
  /// No version of TLS that both ends speak; ours are 1.2 and 1.3.
  case protocolVersion(peer: String)
  /// The peer ended the handshake or the connection with this alert (RFC 8446 6.2).
  case refusedByPeer(peer: String, alert: String)
  /// The first bytes are no TLS at all.
  case notTLS(peer: String, plainHTTP: Bool)
  /// TLS until here, then bytes that break its rules: a forged record, an impossible message.
  case brokenProtocol(peer: String, reason: String)
  /// The transport ended before the handshake did.
  case endedDuringHandshake(peer: String)
  /// The transport ended without close_notify (RFC 8446 6.1): anybody may have cut it.
  case truncated(peer: String)
  /// Asked to write after `close()`.
  case closed(peer: String)
  case invalidHostName(String)
  /// A certificate, key or CA file that cannot be used.
  case unusableFile(path: String, problem: String)
  case noTrustStore(searched: [String])
  /// OpenSSL itself could not go on: memory, randomness, its configuration.
  case unavailable(reason: String)

  /// What happened, to what, and what to do.
  public var message: String {
    switch self {
    case .certificate(let refusal): refusal.message
    case .protocolVersion(let peer): "\(peer) does not speak TLS 1.2 or 1.3, and older versions are not safe"
    case .refusedByPeer(let peer, let alert): "\(peer) refused the TLS connection: \(alert)"
    case .notTLS(let peer, plainHTTP: true):
      "\(peer) speaks plain HTTP on this port, not TLS: use http://, or its TLS port"
    case .notTLS(let peer, plainHTTP: false): "\(peer) does not speak TLS on this port: check host and port"
    case .brokenProtocol(let peer, let reason): "\(peer) broke the TLS protocol: \(reason)"
    case .endedDuringHandshake(let peer): "\(peer) closed the connection during the TLS handshake"
    case .truncated(let peer):
      "\(peer) ended the connection without TLS's farewell: what it sent last may be incomplete"
    case .closed(let peer): "the TLS connection with \(peer) is already closed"
    case .invalidHostName(let name): "\"\(name)\" is not a host name or address TLS can verify"
    case .unusableFile(let path, let problem): "\(path): \(problem)"
    case .noTrustStore(let searched):
      "no trusted certificate authorities found in \(searched.joined(separator: ", ")):"
        + " install the package ca-certificates, or name a CA file"
    case .unavailable(let reason): "TLS is not available: \(reason)"
    }
  }
}
