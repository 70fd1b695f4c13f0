// Files+Durable: files replaced atomically, so that a kill or a loss of power leaves the old one or the new one.

import CLibuv

extension Files {
  /// Makes `bytes` the content of the file at `path`, readable by the owner alone; it has reached the disk when this
  /// returns. What stood there before becomes the file at `previous`. On a throw `path` is as it was.
  ///
  /// The steps: `path.new` is written and synced; `path` is renamed to `previous`; `path.new` is renamed to `path`; the
  /// folder is synced. After a kill between the renames there is no `path`, and `previous` is the one that counts.
  /// Throws when a step fails, such as on a full disk.
  public static func replace(_ path: String, with bytes: [UInt8], previous: String) throws(ReactorError) {
    let new = path + ".new"
    do throws(ReactorError) {
      try write(bytes, to: new)
      let hadOne = try move(path, to: previous, mayBeMissing: true)
      do throws(ReactorError) {
        _ = try move(new, to: path)
        try sync(folder: folder(of: path))
      } catch {
        if hadOne { _ = try? move(previous, to: path) } else { remove(path) }
        throw error
      }
    } catch {
      remove(new)
      throw error
    }
  }

  /// Renames a file, over another one if there is one. False when `mayBeMissing` and there is none. Throws when the
  /// system refuses.
  @discardableResult
  public static func move(
    _ path: String, to target: String, mayBeMissing: Bool = false
  ) throws(ReactorError) -> Bool {
    var request = unsafe uv_fs_t()
    // SAFETY: without a loop and a callback libuv works synchronously; the request is cleaned after the call.
    let status = unsafe uv_fs_rename(nil, &request, path, target, nil)
    unsafe uv_fs_req_cleanup(&request)
    if status == UV_ENOENT.rawValue, mayBeMissing { return false }
    if status < 0 { throw ReactorError(uv: status, doing: "rename \(path) to \(target)") }
    return true
  }

  /// The names in the folder at `path`, sorted by their bytes; nil when it is no folder. Throws when it cannot be read.
  public static func names(in path: String, countMax: Int) throws(ReactorError) -> [String]? {
    var request = unsafe uv_fs_t()
    let status = unsafe uv_fs_scandir(nil, &request, path, 0, nil)
    defer { unsafe uv_fs_req_cleanup(&request) }
    if status == UV_ENOTDIR.rawValue { return nil }
    if status < 0 { throw ReactorError(uv: status, doing: "read folder \(path)") }
    if Int(status) > countMax {
      throw ReactorError(
        .system(UV_E2BIG.rawValue), doing: "read folder \(path)", reason: "more than \(countMax) files in it")
    }
    var names: [String] = []
    var entry = unsafe uv_dirent_t()
    // SAFETY: each entry's name is valid until the next call and is copied before it.
    while unsafe uv_fs_scandir_next(&request, &entry) == 0 { unsafe names.append(String(cString: entry.name)) }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private static func write(_ bytes: [UInt8], to path: String) throws(ReactorError) {
    var request = unsafe uv_fs_t()
    func call(_ status: Int32) throws(ReactorError) -> Int32 {
      unsafe uv_fs_req_cleanup(&request)
      if status < 0 { throw ReactorError(uv: status, doing: "write \(path)") }
      return status
    }
    let flags = UV_FS_O_WRONLY | UV_FS_O_CREAT | UV_FS_O_TRUNC
    let file = try call(unsafe uv_fs_open(nil, &request, path, flags, 0o600, nil))
    defer {
      unsafe _ = uv_fs_close(nil, &request, file, nil)
      unsafe uv_fs_req_cleanup(&request)
    }
    var written = 0
    while written < bytes.count {
      let status = unsafe bytes.withUnsafeBytes { memory in
        // SAFETY: libuv only reads from the buffer, which lies inside the array for the call.
        let base = unsafe UnsafeMutableRawPointer(mutating: memory.baseAddress! + written)
        var buffer = unsafe uv_buf_init(
          base.assumingMemoryBound(to: CChar.self), UInt32(min(memory.count - written, 1 << 20)))
        return unsafe uv_fs_write(nil, &request, file, &buffer, 1, -1, nil)
      }
      written += Int(try call(status))
    }
    _ = try call(unsafe uv_fs_fsync(nil, &request, file, nil))
  }

  /// A rename is durable once its folder is.
  private static func sync(folder: String) throws(ReactorError) {
    var request = unsafe uv_fs_t()
    func call(_ status: Int32) throws(ReactorError) -> Int32 {
      unsafe uv_fs_req_cleanup(&request)
      if status < 0 { throw ReactorError(uv: status, doing: "sync folder \(folder)") }
      return status
    }
    let file = try call(unsafe uv_fs_open(nil, &request, folder, UV_FS_O_RDONLY, 0, nil))
    defer {
      unsafe _ = uv_fs_close(nil, &request, file, nil)
      unsafe uv_fs_req_cleanup(&request)
    }
    _ = try call(unsafe uv_fs_fsync(nil, &request, file, nil))
  }

  private static func remove(_ path: String) {
    var request = unsafe uv_fs_t()
    unsafe _ = uv_fs_unlink(nil, &request, path, nil)
    unsafe uv_fs_req_cleanup(&request)
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
