// Files: small files read whole, with a bound. Blocking: at start-up, or on the worker pool.

import CLibuv

public enum Files {
  /// The content of the file at `path`. Throws when it cannot be read or is larger than `bytesMax`, naming the path.
  public static func read(_ path: String, bytesMax: Int) throws(ReactorError) -> [UInt8] {
    var request = unsafe uv_fs_t()
    // SAFETY: without a loop and a callback libuv works synchronously; the request is cleaned after each call.
    func call(_ status: Int32) throws(ReactorError) -> Int32 {
      unsafe uv_fs_req_cleanup(&request)
      if status < 0 { throw ReactorError(uv: status, doing: "read \(path)") }
      return status
    }
    let file = try call(unsafe uv_fs_open(nil, &request, path, UV_FS_O_RDONLY, 0, nil))
    defer {
      unsafe _ = uv_fs_close(nil, &request, file, nil)
      unsafe uv_fs_req_cleanup(&request)
    }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 * 1024)
    while true {
      let status = unsafe chunk.withUnsafeMutableBytes { memory in
        var buffer = unsafe uv_buf_init(
          memory.baseAddress!.assumingMemoryBound(to: CChar.self), UInt32(memory.count))
        return unsafe uv_fs_read(nil, &request, file, &buffer, 1, -1, nil)
      }
      let count = try call(status)
      if count == 0 { return bytes }
      bytes += chunk[..<Int(count)]
      if bytes.count > bytesMax {
        throw ReactorError(.system(UV_EFBIG.rawValue), doing: "read \(path)", reason: "larger than \(bytesMax) bytes")
      }
    }
  }

  /// Makes the folder at `path` and its parents, readable by the owner alone, where they do not exist yet. Throws when
  /// it cannot be made or written to. Tells whether it was made.
  @discardableResult
  public static func makeFolder(_ path: String) throws(ReactorError) -> Bool {
    var request = unsafe uv_fs_t()
    var end = path.startIndex
    var isNew = false
    while end < path.endIndex {
      end = path[path.index(after: end)...].firstIndex(of: "/") ?? path.endIndex
      let part = String(path[..<end])
      // SAFETY: synchronous, as above.
      let status = unsafe uv_fs_mkdir(nil, &request, part, 0o700, nil)
      unsafe uv_fs_req_cleanup(&request)
      if status < 0, status != UV_EEXIST.rawValue { throw ReactorError(uv: status, doing: "make folder \(part)") }
      isNew = status == 0
    }
    let status = unsafe uv_fs_access(nil, &request, path, 2 | 1, nil)
    unsafe uv_fs_req_cleanup(&request)
    if status < 0 { throw ReactorError(uv: status, doing: "write to folder \(path)") }
    return isNew
  }
}
