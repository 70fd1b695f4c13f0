// StreamListener+Path: what a killed process leaves behind: a socket file nobody listens on.

import CLibuv
import Glibc

extension StreamListener {
  /// Removes the socket at `path` when it refuses connections, which the kernel does for as long as the file lies there
  /// without its process. A socket somebody listens on, and any other kind of file, stays and makes the bind fail.
  static func removeAbandoned(_ path: String) {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    // SAFETY: SocketAddress admits at most 107 bytes, so a terminator is left of the 108.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8.prefix(107)) }
    let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    if probe < 0 { return }
    defer { Glibc.close(probe) }
    // SAFETY: the address lives for the call and its size is its own.
    let status = unsafe withUnsafePointer(to: &address) { pointer in
      let raw = unsafe UnsafeRawPointer(pointer).assumingMemoryBound(to: sockaddr.self)
      return unsafe connect(probe, raw, socklen_t(MemoryLayout<sockaddr_un>.size))
    }
    if status != 0, errno == ECONNREFUSED { unsafe _ = unlink(path) }
  }
}
