// ProcessEnvironment: the variables and streams a process is given, without Foundation.

import CLibuv
import Glibc

public enum ProcessEnvironment {
  /// All environment variables, read once at start.
  public static var variables: [String: String] {
    var items: UnsafeMutablePointer<uv_env_item_t>?
    var count: Int32 = 0
    // SAFETY: libuv allocates the list, and frees it below.
    guard unsafe uv_os_environ(&items, &count) == 0, let list = unsafe items else { return [:] }
    var variables: [String: String] = [:]
    for index in 0..<Int(count) {
      let item = unsafe list[index]
      unsafe variables[String(cString: item.name)] = unsafe String(cString: item.value)
    }
    unsafe uv_os_free_environ(list, count)
    return variables
  }
}

/// The two streams a command line program writes to.
public enum StandardOutput {
  public enum Stream: Int32, Sendable {
    case output = 1
    case error = 2
  }

  /// Writes all of `text`, without a buffer that could be lost at exit.
  public static func write(_ text: String, to stream: Stream) {
    var text = text
    text.withUTF8 { bytes in
      var written = 0
      while written < bytes.count {
        // SAFETY: the range written lies inside the string's own bytes.
        let count = unsafe Glibc.write(stream.rawValue, bytes.baseAddress! + written, bytes.count - written)
        if count <= 0 { return }
        written += count
      }
    }
  }
}
