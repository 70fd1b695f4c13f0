// CertificateRefusal: why a provider's certificate was not accepted, in words its owner can act on.

/// What is wrong with the certificate of the host we meant to reach.
public struct CertificateRefusal: Hashable, Sendable {
  public enum Reason: Hashable, Sendable {
    /// The last moment it was valid: "2024-05-01 12:00:00 UTC".
    case expired(on: String)
    /// The first moment it will be valid.
    case notYetValid(until: String)
    /// It is valid, for these host names and addresses.
    case wrongHostName(certificateIsFor: [String])
    /// It vouches for itself and is not in the trust store.
    case selfSigned
    /// It was issued by this authority, which is not in the trust store.
    case untrustedIssuer(String)
    /// Anything else, in OpenSSL's words: a weak key, a revoked certificate, a broken signature.
    case other(String)
  }

  /// Host name or address as the caller gave it.
  public let hostName: String
  public let reason: Reason
  /// The authority whose certificate is at fault; nil when it is the host's own.
  public let authority: String?

  init(hostName: String, reason: Reason, authority: String? = nil) {
    self.hostName = hostName
    self.reason = reason
    self.authority = authority
  }

  /// What happened, to what, and what to do.
  public var message: String {
    let certificate =
      authority.map { "the certificate of \(hostName)'s authority \"\($0)\"" } ?? "the certificate of \(hostName)"
    switch reason {
    case .expired(let moment):
      return "\(certificate) expired on \(moment): it has to be renewed there, or this machine's clock is wrong"
    case .notYetValid(let moment):
      return "\(certificate) is not valid before \(moment): this machine's clock is wrong, or the certificate is"
    case .wrongHostName(let names):
      return "\(certificate) is not for this host: it is for \(list(names)); check the host name in the base URL"
    case .selfSigned:
      return "\(certificate) is self-signed: if you trust it, give it as the CA file"
    case .untrustedIssuer(let issuer):
      return "\(certificate) is not trusted: it was issued by \"\(issuer)\", which is not in the trust store;"
        + " if you trust this authority, give its certificate as the CA file"
    case .other(let words):
      return "\(certificate) was refused: \(words)"
    }
  }

  /// At most this many names are spelled out; certificates of content networks carry hundreds.
  private static let namesShownMax = 5

  private func list(_ names: [String]) -> String {
    if names.isEmpty { return "no host at all" }
    let shown = names.prefix(Self.namesShownMax).joined(separator: ", ")
    let rest = names.count - Self.namesShownMax
    return rest > 0 ? "\(shown) and \(rest) more" : shown
  }
}
