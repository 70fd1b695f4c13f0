// OwnerLock: keeps a second process off the state file (an advisory lock).
import Glibc

/// An exclusive lock on `PATH-owner`, a file beside the ledger that holds the owner's process id. The kernel drops the
/// lock with the process, however it ends. It is a file of its own because SQLite's locks on the ledger are dropped
/// as soon as this process closes any other descriptor of it, and so that `sqlite3` can read the ledger meanwhile.
struct OwnerLock: ~Copyable {
  private let descriptor: Int32
  private let name: FileName

  init(beside path: String) throws(LedgerError) {
    let lockPath = Self.resolved(path) + "-owner"
    // SAFETY: the path is a copy that outlives the call.
    let descriptor = unsafe open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw LedgerError(errno: errno, path: path) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let owner = Self.readOwner(descriptor)
      close(descriptor)
      throw LedgerError(cause: .inUse(by: owner), path: path, detail: "")
    }
    // The id is for the message above only: a failure to write it costs nothing but the number.
    _ = ftruncate(descriptor, 0)
    let digits = Array("\(getpid())\n".utf8)
    // SAFETY: the bytes outlive the call, which copies them.
    _ = unsafe digits.withUnsafeBytes { bytes in unsafe pwrite(descriptor, bytes.baseAddress, bytes.count, 0) }
    self.descriptor = descriptor
    name = FileName(lockPath)
  }

  deinit {
    // A child that is about to start another program may still have the descriptor, and with it the lock.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  /// Whether the locked file is the one that another process would try to lock.
  var isInPlace: Bool { name.place == .same }

  /// The file behind symbolic links, so that two names of one ledger are one lock.
  private static func resolved(_ path: String) -> String {
    // SAFETY: realpath answers a string of its own, which is freed here after it has been copied.
    guard let real = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(real) }
    return unsafe String(cString: real)
  }

  private static func readOwner(_ descriptor: Int32) -> Int32? {
    var digits = [UInt8](repeating: 0, count: 16)
    // SAFETY: pread writes at most the array's bytes, which outlive the call.
    let count = unsafe digits.withUnsafeMutableBytes { bytes in
      unsafe pread(descriptor, bytes.baseAddress, bytes.count, 0)
    }
    return Int32(String(decoding: digits.prefix(max(0, count)).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
  }
}
