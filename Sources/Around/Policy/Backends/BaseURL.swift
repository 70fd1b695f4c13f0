// BaseURL: the address of a backend, taken apart strictly (the http part of RFC 3986) so that nobody else has to parse it.

extension Policy {
  /// `https://api.openai.com/v1`: a scheme, a host, perhaps a port and a path; nothing else.
  public struct BaseURL: Hashable, Sendable, CustomStringConvertible {
    public let isHTTPS: Bool
    /// Lower case; an IPv6 address stands without its brackets.
    public let host: String
    public let port: UInt16
    /// What comes before `/chat/completions`: `/v1`, or empty. Begins with a slash, does not end with one.
    public let path: String

    /// What the Host header says: the port only when it is not the scheme's own (RFC 9110 7.2).
    public var authority: String {
      let bracketed = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
      return port == (isHTTPS ? 443 : 80) ? bracketed : "\(bracketed):\(port)"
    }

    public var description: String { (isHTTPS ? "https://" : "http://") + authority + path }

    /// - Throws: what is wrong. The text itself is never repeated: it may hold a password.
    public init(parsing text: String) throws(Malformed) {
      guard text.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
        throw Malformed("has a space or a character outside ASCII; write the host in punycode, percent-encode the path")
      }
      var rest = Substring(text)
      let scheme = rest.prefix { $0 != ":" }.lowercased()
      guard scheme == "http" || scheme == "https", rest.dropFirst(scheme.count).hasPrefix("://") else {
        throw Malformed("must start with https:// or http://")
      }
      isHTTPS = scheme == "https"
      rest = rest.dropFirst(scheme.count + 3)
      if rest.utf8.contains(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }) {
        throw Malformed("must end with its path; remove the query (?) or the fragment (#)")
      }
      var authority = rest.prefix { $0 != "/" }
      path = try Self.checkedPath(rest.dropFirst(authority.count))
      if authority.contains("@") {
        throw Malformed("must not hold a user or a password; write auth: {env: NAME} or {file: PATH} instead")
      }
      if authority.first == "[" {
        guard let close = authority.firstIndex(of: "]") else {
          throw Malformed("has [ without ] around its IPv6 address")
        }
        let address = authority[authority.index(after: authority.startIndex)..<close].lowercased()
        guard HostGrammar.isIPv6(address) else { throw Malformed("has no IPv6 address between [ and ]") }
        host = address
        authority = authority[authority.index(after: close)...]
      } else {
        let name = authority.prefix { $0 != ":" }
        host = name.lowercased()
        guard HostGrammar.isNameOrIPv4(host) else {
          throw Malformed(
            "has no valid host after \(scheme)://; write a DNS name, an IPv4 address or [an IPv6 address]")
        }
        authority = authority.dropFirst(name.count)
      }
      if authority.isEmpty {
        port = isHTTPS ? 443 : 80
      } else {
        let digits = authority.dropFirst()
        guard authority.first == ":", digits.utf8.allSatisfy(\.isDigit), let number = UInt16(digits), number > 0 else {
          throw Malformed("must have a port from 1 to 65535 after its host, or none")
        }
        port = number
      }
    }

    private init(isHTTPS: Bool, host: String, port: UInt16, path: String) {
      self.isHTTPS = isHTTPS
      self.host = host
      self.port = port
      self.path = path
    }

    /// The same address, its path ending in `suffix`.
    func ending(in suffix: String) -> Self {
      path.hasSuffix(suffix) ? self : Self(isHTTPS: isHTTPS, host: host, port: port, path: path + suffix)
    }

    /// The same address with another path.
    func with(path: String) -> Self { Self(isHTTPS: isHTTPS, host: host, port: port, path: path) }

    /// The last segment of its path is a version: `v1`, `v1beta`.
    var endsInVersion: Bool {
      guard let last = path.split(separator: "/").last, last.first == "v" else { return false }
      return last.dropFirst().first?.isNumber ?? false
    }

    /// RFC 3986 3.3, without the segments that would make two spellings of one address: `.`, `..` and the empty one.
    private static func checkedPath(_ text: Substring) throws(Malformed) -> String {
      let path = text.hasSuffix("/") ? text.dropLast() : text
      if path.isEmpty { return "" }
      for segment in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
        if segment.isEmpty || segment == "." || segment == ".." {
          throw Malformed("has an empty, . or .. segment in its path; remove it")
        }
        guard HostGrammar.isPathSegment(segment) else {
          throw Malformed("has a character in its path that must be percent-encoded")
        }
      }
      return String(path)
    }
  }
}

extension Policy.BaseURL {
  init?(_ place: Place, _ diagnostics: inout Diagnostics) {
    guard let text = place.text(&diagnostics) else { return nil }
    do {
      try self.init(parsing: text)
    } catch {
      place.report(error.reason, &diagnostics)
      return nil
    }
  }
}
