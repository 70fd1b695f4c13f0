// WebAddress: where a token is asked for, as environment variables and key files name it.

/// An http or https address. Plain http is for this machine and its link alone, as AWS's own SDKs have it: what is sent
/// and what comes back are credentials.
struct WebAddress: Hashable, Sendable {
  let isHTTPS: Bool
  /// A name or an IP address, without brackets.
  let host: String
  let port: UInt16
  /// Path and query; begins with a slash.
  let target: String

  /// nil for any other text, and for plain http to somewhere else.
  init?(_ text: String) {
    guard text.utf8.count <= 2048, text.utf8.allSatisfy({ $0 > 32 && $0 < 127 }), !text.utf8.contains(35) else {
      return nil
    }
    let lowered = text.lowercased()
    isHTTPS = lowered.hasPrefix("https://")
    guard isHTTPS || lowered.hasPrefix("http://") else { return nil }
    let rest = text.dropFirst(isHTTPS ? 8 : 7)
    let authority = rest.prefix { $0 != "/" && $0 != "?" }
    let tail = rest.dropFirst(authority.count)
    target = tail.hasPrefix("/") ? String(tail) : "/\(tail)"
    var name = authority
    var digits: Substring?
    if authority.hasPrefix("["), let close = authority.firstIndex(of: "]") {
      name = authority[authority.index(after: authority.startIndex)..<close]
      let after = authority[authority.index(after: close)...]
      guard after.isEmpty || after.hasPrefix(":") else { return nil }
      digits = after.isEmpty ? nil : after.dropFirst()
      guard name.utf8.allSatisfy({ $0 == 58 || $0 == 46 || ($0 | 32).isHexadecimal }) else { return nil }
    } else {
      let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count <= 2 else { return nil }
      name = parts[0]
      digits = parts.count == 2 ? parts[1] : nil
      guard name.utf8.allSatisfy({ $0 == 45 || $0 == 46 || $0 == 95 || ($0 | 32).isAlphanumeric }) else { return nil }
    }
    guard !name.isEmpty else { return nil }
    host = name.lowercased()
    if let digits {
      guard let number = UInt16(digits), number > 0 else { return nil }
      port = number
    } else {
      port = isHTTPS ? 443 : 80
    }
    if !isHTTPS, !Self.isNear(host) { return nil }
  }

  /// The same place with another path.
  func at(_ target: String) -> WebAddress { WebAddress(self, target: target) }

  private init(_ other: WebAddress, target: String) {
    isHTTPS = other.isHTTPS
    host = other.host
    port = other.port
    self.target = target
  }

  var authority: String {
    let bracketed = host.utf8.contains(58) ? "[\(host)]" : host
    return port == (isHTTPS ? 443 : 80) ? bracketed : "\(bracketed):\(port)"
  }

  /// This machine, its link (RFC 3927, RFC 4291 2.5.6), and the addresses where AWS and Google keep their metadata.
  private static func isNear(_ host: String) -> Bool {
    let names = ["localhost", "metadata.google.internal", "::1", "fd00:ec2::254", "fd00:ec2::23"]
    if names.contains(host) || host.hasPrefix("fe80:") { return true }
    let isNumber = host.utf8.allSatisfy { $0 == 46 || (48...57).contains($0) }
    return isNumber && (host.hasPrefix("127.") || host.hasPrefix("169.254."))
  }
}

extension UInt8 {
  fileprivate var isHexadecimal: Bool { (48...57).contains(self) || (97...102).contains(self) }
  fileprivate var isAlphanumeric: Bool { (48...57).contains(self) || (97...122).contains(self) }
}
