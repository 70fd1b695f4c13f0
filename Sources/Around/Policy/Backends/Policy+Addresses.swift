// Policy+Addresses: a gateway that asks itself would ask itself for ever.

extension Policy {
  /// The backends whose address is the one this gateway listens on, as far as the text of an address can tell.
  ///
  /// - Parameters:
  ///   - host: the IP address that is listened on, without brackets; `0.0.0.0` and `::` stand for every address.
  ///   - port: the port.
  public func backends(leadingTo host: String, port: UInt16) -> [Backend] {
    let isWildcard = host == "0.0.0.0" || host == "::"
    let isLoopback = host.hasPrefix("127.") || host == "::1"
    return backends.filter { backend in
      let target = backend.baseURL
      guard target.port == port else { return false }
      // RFC 6761 6.3: localhost is the loopback address, of whichever family.
      let isHere = target.host == "localhost" || target.host.hasSuffix(".localhost")
      if target.host == host || (isHere && (isLoopback || isWildcard)) { return true }
      return isWildcard && (target.host.hasPrefix("127.") || ["::1", "0.0.0.0", "::"].contains(target.host))
    }
  }
}
