// FileWatcher: tells when a file's content may have changed.

import CLibuv

/// Looks at a path's status on the worker pool at an interval. Unlike inotify this sees a Kubernetes ConfigMap change,
/// where a symbolic link two levels up is swapped.
@safe @EventLoop
public final class FileWatcher {
  private let memory = HandleMemory(UV_FS_POLL)
  private let action: @EventLoop () -> Void

  /// Calls `action` after `path` was written, replaced, created or removed.
  public init(path: String, everyMs: UInt32 = 500, _ action: @escaping @EventLoop () -> Void) {
    self.action = action
    // SAFETY: the memory has the size of a poll handle and is freed by its owner only.
    let handle = unsafe memory.raw.assumingMemoryBound(to: uv_fs_poll_t.self)
    unsafe check(uv_fs_poll_init(LoopExecutor.shared.loop, handle), "uv_fs_poll_init")
    memory.belongs(to: self)
    unsafe check(uv_fs_poll_start(handle, Self.changed, path, everyMs), "uv_fs_poll_start")
  }

  private nonisolated static let changed: uv_fs_poll_cb = { handle, _, _, _ in
    guard let watcher: FileWatcher = unsafe HandleMemory.owner(of: handle) else { return }
    LoopExecutor.enter { watcher.action() }
  }

  public func close() { memory.close() }
}
