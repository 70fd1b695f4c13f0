// UserID+Name: the name that stands for a user's number.

import Glibc

extension UserID {
  private enum Limits {
    /// Bytes of one entry of the user database; a longer one counts as none.
    static let entryBytesMax = 64 * 1024
  }

  /// The name the system has for this user; nil where it has none, as for most users of containers. The look-up reads
  /// files, or asks over the network where nsswitch.conf(5) says so, and so happens on a worker.
  @EventLoop public func name() async -> String? {
    let number = number
    return await Workers.run { Self.name(of: number) }
  }

  private static func name(of number: UInt32) -> String? {
    var room = 1024
    while room <= Limits.entryBytesMax {
      // SAFETY: the entry's texts lie in `texts`, and the name is copied before it goes.
      let (status, name) = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: room) { texts in
        var entry = unsafe passwd()
        var found: UnsafeMutablePointer<passwd>?
        let status = unsafe getpwuid_r(number, &entry, texts.baseAddress!, texts.count, &found)
        return unsafe (status, found.map { unsafe String(cString: $0.pointee.pw_name) })
      }
      if status == EINTR { continue }
      if status != ERANGE { return name.flatMap { $0.isEmpty ? nil : $0 } }
      room *= 4
    }
    return nil
  }
}
