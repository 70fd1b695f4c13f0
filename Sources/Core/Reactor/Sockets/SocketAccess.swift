// SocketAccess: who may open a Unix socket, as its file says.

import CLibuv
import Glibc

/// The mode and owner of a socket's file, and of its folder where that has to be made. Connecting needs the right to
/// write to the file (unix(7)).
public struct SocketAccess: Hashable, Sendable {
  public var mode: UInt32
  public var folderMode: UInt32
  /// Nil: whoever runs this process.
  public var owner: UserID?
  public var group: GroupID?

  public init(mode: UInt32 = 0o660, folderMode: UInt32 = 0o750, owner: UserID? = nil, group: GroupID? = nil) {
    self.mode = mode
    self.folderMode = folderMode
    self.owner = owner
    self.group = group
  }

  /// Makes the folder of the socket at `path` if there is none.
  func makeFolder(of path: String) throws(ReactorError) {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
    let folder = String(path[..<slash])
    if try Files.makeFolder(folder) { try apply(to: folder, mode: folderMode) }
  }

  /// Gives the file at `path` its owner and mode.
  func apply(to path: String) throws(ReactorError) { try apply(to: path, mode: mode) }

  private func apply(to path: String, mode: UInt32) throws(ReactorError) {
    var request = unsafe uv_fs_t()
    // SAFETY: without a loop and a callback libuv works synchronously; the request is cleaned after each call.
    if owner != nil || group != nil {
      // -1 leaves what it stands for as it is (chown(2)).
      let status = unsafe uv_fs_chown(
        nil, &request, path, owner?.number ?? .max, group?.number ?? .max, nil)
      unsafe uv_fs_req_cleanup(&request)
      if status < 0 { throw ReactorError(uv: status, doing: "give \(path) to \(newOwner)") }
    }
    let status = unsafe uv_fs_chmod(nil, &request, path, Int32(mode), nil)
    unsafe uv_fs_req_cleanup(&request)
    if status < 0 { throw ReactorError(uv: status, doing: "set the mode of \(path)") }
  }

  private var newOwner: String {
    [owner.map { "user \($0)" }, group.map { "group \($0)" }].compactMap { $0 }.joined(separator: " and ")
  }
}

extension UserID {
  /// The user a flag names, by name or number; nil when there is none of that name.
  public init?(_ text: String) {
    if let number = UInt32(text) {
      self.init(number)
      return
    }
    var entry = unsafe passwd()
    var found: UnsafeMutablePointer<passwd>?
    // SAFETY: the entry's texts lie in `room`, and only its number is kept.
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16_384) { room in
      unsafe _ = getpwnam_r(text, &entry, room.baseAddress!, room.count, &found)
    }
    guard unsafe found != nil else { return nil }
    unsafe self.init(entry.pw_uid)
  }
}

extension GroupID {
  /// The group a flag names, by name or number; nil when there is none of that name.
  public init?(_ text: String) {
    if let number = UInt32(text) {
      self.init(number)
      return
    }
    var entry = unsafe Glibc.group()
    var found: UnsafeMutablePointer<Glibc.group>?
    // SAFETY: the entry's texts lie in `room`, and only its number is kept.
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 65_536) { room in
      unsafe _ = getgrnam_r(text, &entry, room.baseAddress!, room.count, &found)
    }
    guard unsafe found != nil else { return nil }
    unsafe self.init(entry.gr_gid)
  }
}
