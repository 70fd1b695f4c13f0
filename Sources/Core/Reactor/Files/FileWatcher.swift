// FileWatcher: tells when the content of a file, or of several, may have changed.

import CLibuv

/// Polls: it looks at the status of files on the worker pool at an interval. Unlike inotify this sees a Kubernetes
/// ConfigMap change, where a symbolic link two levels up is swapped.
@EventLoop
public final class FileWatcher {
  private let look: @Sendable () -> [FileStamp]
  private var seen: [FileStamp]
  private let everyMs: Int64
  private let action: @EventLoop () -> Void
  private var timer: Timer?

  /// Calls `action` after `path` was written, replaced, created or removed. What counts as changed is everything since
  /// `seen`, to be taken before the file is read, so that no change falls between reading and watching.
  public convenience init(
    path: String, since seen: FileStamp, everyMs: Int64 = 500, _ action: @escaping @EventLoop () -> Void
  ) {
    self.init(since: [seen], everyMs: everyMs, look: { [FileStamp(of: path)] }, action)
  }

  /// The same for whatever files `look` finds; it runs on a worker thread.
  public init(
    since seen: [FileStamp], everyMs: Int64 = 500, look: @escaping @Sendable () -> [FileStamp],
    _ action: @escaping @EventLoop () -> Void
  ) {
    self.look = look
    self.seen = seen
    self.everyMs = everyMs
    self.action = action
    timer = Timer { [unowned self] in lookAgain() }
    timer?.set(milliseconds: everyMs)
  }

  public func close() {
    timer?.close()
    timer = nil
  }

  private func lookAgain() {
    EventLoop.spawn { [weak self, look] in
      let now = await Workers.run { look() }
      guard let self, let timer = self.timer else { return }
      timer.set(milliseconds: everyMs)
      if now == seen { return }
      seen = now
      action()
    }
  }
}

/// What tells one version of a file from the next; all zero where there is no file.
public struct FileStamp: Hashable, Sendable {
  private var device: UInt64 = 0
  private var inode: UInt64 = 0
  private var bytes: UInt64 = 0
  private var modified: [Int] = [0, 0]
  private var changed: [Int] = [0, 0]

  public var exists: Bool { inode != 0 }

  /// The file at `path`, links followed. Blocks.
  public init(of path: String) {
    var request = unsafe uv_fs_t()
    // SAFETY: without a loop and a callback libuv works synchronously; the status lies in the request itself.
    if unsafe uv_fs_stat(nil, &request, path, nil) == 0 {
      let status = unsafe request.statbuf
      (device, inode, bytes) = (status.st_dev, status.st_ino, status.st_size)
      modified = [status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
      changed = [status.st_ctim.tv_sec, status.st_ctim.tv_nsec]
    }
    unsafe uv_fs_req_cleanup(&request)
  }
}
