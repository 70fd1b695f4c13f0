// SocketAddress: where a socket listens or connects: an IP address with a port, or a path.

import CLibuv

/// `127.0.0.1:4000`, `[::1]:4000` or `unix:/run/aigw/agent.sock`.
@safe
public struct SocketAddress: Hashable, Sendable, CustomStringConvertible {
  public enum Kind: Hashable, Sendable {
    case ipv4
    case ipv6
    case path
  }

  /// sun_path holds 108 bytes with its terminator (unix(7)).
  static let pathBytesMax = 107

  public let kind: Kind
  /// The IP address in its usual writing, or the path.
  public let host: String
  public let port: UInt16

  /// An IP address, without brackets; nil when it is not one.
  public init?(ip: String, port: UInt16) {
    var address = sockaddr_storage()
    // SAFETY: sockaddr_storage is large enough for either family.
    let kind: Kind? = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      let raw = UnsafeMutableRawPointer(pointer)
      if unsafe uv_ip4_addr(ip, Int32(port), raw.assumingMemoryBound(to: sockaddr_in.self)) == 0 { return .ipv4 }
      if unsafe uv_ip6_addr(ip, Int32(port), raw.assumingMemoryBound(to: sockaddr_in6.self)) == 0 { return .ipv6 }
      return nil
    }
    guard let kind else { return nil }
    self.kind = kind
    self.host = ip
    self.port = port
  }

  public init(path: String) {
    kind = .path
    host = path
    port = 0
  }

  /// What a flag says: `IP:PORT`, `[IPv6]:PORT`, `localhost:PORT` or `unix:PATH`; nil for anything else.
  public init?(_ text: String) {
    if text.hasPrefix("unix:") {
      let path = String(text.dropFirst(5))
      if path.isEmpty || path.utf8.count > Self.pathBytesMax { return nil }
      self.init(path: path)
      return
    }
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else { return nil }
    var host = String(text[..<colon])
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    if host == "localhost" { host = "127.0.0.1" }
    self.init(ip: host, port: port)
  }

  public var description: String {
    switch kind {
    case .ipv4: "\(host):\(port)"
    case .ipv6: "[\(host)]:\(port)"
    case .path: "unix:\(host)"
    }
  }

  /// Calls `body` with the address as the kernel wants it; only for IP addresses.
  @unsafe func withSockaddr<Result>(_ body: (UnsafePointer<sockaddr>) -> Result) -> Result {
    precondition(kind != .path, "a path has no sockaddr here")
    var address = sockaddr_storage()
    // SAFETY: the storage outlives the call and fits either family; the text was parsed once before.
    return unsafe withUnsafeMutablePointer(to: &address) { pointer in
      let raw = UnsafeMutableRawPointer(pointer)
      if kind == .ipv4 {
        unsafe _ = uv_ip4_addr(host, Int32(port), raw.assumingMemoryBound(to: sockaddr_in.self))
      } else {
        unsafe _ = uv_ip6_addr(host, Int32(port), raw.assumingMemoryBound(to: sockaddr_in6.self))
      }
      return unsafe body(UnsafeRawPointer(raw).assumingMemoryBound(to: sockaddr.self))
    }
  }

  @unsafe init?(_ pointer: UnsafePointer<sockaddr>) {
    // SAFETY: libuv and the kernel give a sockaddr of the size its family says.
    let family = Int32(unsafe pointer.pointee.sa_family)
    if family == AF_INET {
      let address = unsafe UnsafeRawPointer(pointer).assumingMemoryBound(to: sockaddr_in.self)
      let ip = unsafe Self.text { unsafe uv_ip4_name(address, $0, $1) }
      unsafe self.init(ip: ip, port: UInt16(bigEndian: address.pointee.sin_port))
    } else if family == AF_INET6 {
      let address = unsafe UnsafeRawPointer(pointer).assumingMemoryBound(to: sockaddr_in6.self)
      let ip = unsafe Self.text { unsafe uv_ip6_name(address, $0, $1) }
      unsafe self.init(ip: ip, port: UInt16(bigEndian: address.pointee.sin6_port))
    } else {
      return nil
    }
  }

  @unsafe private static func text(_ write: (UnsafeMutablePointer<CChar>, Int) -> Int32) -> String {
    // SAFETY: INET6_ADDRSTRLEN is 46; libuv terminates what it writes.
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
      unsafe _ = write(buffer.baseAddress!, 64)
      return unsafe String(cString: buffer.baseAddress!)
    }
  }
}
