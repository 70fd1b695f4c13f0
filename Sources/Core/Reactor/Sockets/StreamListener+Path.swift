// StreamListener+Path: what a killed process leaves behind: a socket file nobody listens on.

import CLibuv
import Glibc

extension StreamListener {
  /// Removes the socket at `path` when it refuses connections, which the kernel does for as long as the file lies there
  /// without its process. A socket somebody listens on, and any other kind of file, stays and makes the bind fail. Tells
  /// whether somebody listens.
  static func removeAbandoned(_ path: String) -> Bool {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    // SAFETY: at most `pathBytesMax` bytes are copied, so a terminator is left.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) {
      unsafe $0.copyBytes(from: path.utf8.prefix(SocketAddress.pathBytesMax))
    }
    // connect refuses a file that is no socket in the same words.
    var status = stat()
    guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return false }
    let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
    if probe < 0 { return false }
    defer { Glibc.close(probe) }
    // SAFETY: the address lives for the call and its size is its own.
    let refusal = unsafe withUnsafePointer(to: &address) { pointer in
      let raw = unsafe UnsafeRawPointer(pointer).assumingMemoryBound(to: sockaddr.self)
      return unsafe connect(probe, raw, socklen_t(MemoryLayout<sockaddr_un>.size))
    }
    if refusal != 0, errno == ECONNREFUSED { unsafe _ = unlink(path) }
    // EAGAIN: somebody listens, and has more callers waiting than the kernel keeps.
    return refusal == 0 || errno == EAGAIN
  }
}
