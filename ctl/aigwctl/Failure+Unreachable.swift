// Failure+Unreachable: nobody answers: why, and what to try.

import Glibc
import Reactor

extension Failure {
  /// Nobody could be reached at `path`.
  static func unreachable(_ path: String, _ error: ReactorError) -> String {
    let advice =
      switch error.code {
      case .refused: "its owner has ended: start aigwd again, or a sidecar with --control-socket"
      case .permissionDenied: "\(entitled(to: path))or use sudo"
      case .timedOut: "it does not take connections: is aigwd stopped or overloaded?"
      case .system(let number) where -number == ENOENT:
        "start aigwd, or a sidecar with --control-socket, or name its socket with --socket PATH or AIGW_CONTROL"
      default: "is it the socket of aigwd, or of a sidecar started with --control-socket?"
      }
    return "nobody answers at \(path.visible) (\(error.reason)): \(advice)"
  }

  /// Who may open the socket, as far as this user can see it.
  private static func entitled(to path: String) -> String {
    var facts = stat()
    // SAFETY: both calls fill or read what they are given here only; the name is copied before the next call.
    guard unsafe stat(path, &facts) == 0 else {
      return "its folder is closed to you (uid \(getuid())): join the group it belongs to, "
    }
    let group = unsafe getgrgid(facts.st_gid)
    let name = unsafe group.map { unsafe String(cString: $0.pointee.gr_name) } ?? "\(facts.st_gid)"
    return
      "it is for members of group \(name): join it (you are uid \(getuid())) with `usermod -aG \(name) USER`, "
  }
}
