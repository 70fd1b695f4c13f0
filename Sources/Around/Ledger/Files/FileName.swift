// FileName: notices that a file in use has been deleted or replaced: a descriptor would go on writing to nothing.
import Glibc

/// A name, and the file that stood there when it was made, if any.
struct FileName {
  enum Place {
    case same
    /// Another file stands there now.
    case other
    case nothing
  }

  let path: String
  private let identity: Identity?

  init(_ path: String) {
    self.path = path
    identity = Identity(path)
  }

  var place: Place {
    let now = Identity(path)
    return now == identity ? .same : now == nil ? .nothing : .other
  }

  /// Bytes of the file that stands there now; nil where none does.
  static func bytes(_ path: String) -> Int? {
    var status = stat()
    // SAFETY: the path is a copy that outlives the call, which fills `status`.
    return unsafe stat(path, &status) == 0 ? Int(status.st_size) : nil
  }

  private struct Identity: Equatable {
    let device: UInt
    let inode: UInt

    init?(_ path: String) {
      var status = stat()
      // SAFETY: as above.
      guard unsafe stat(path, &status) == 0 else { return nil }
      device = UInt(status.st_dev)
      inode = UInt(status.st_ino)
    }
  }
}
