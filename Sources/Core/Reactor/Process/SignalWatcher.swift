// SignalWatcher: SIGTERM, SIGINT and SIGHUP as ordinary callbacks on the loop.

import CLibuv

@safe @EventLoop
public final class SignalWatcher {
  private let memory = HandleMemory(UV_SIGNAL)
  private let action: @EventLoop () -> Void

  /// Calls `action` each time signal `number` arrives, until closed.
  public init(_ number: Int32, _ action: @escaping @EventLoop () -> Void) {
    self.action = action
    // SAFETY: the memory has the size of a signal handle and is freed by its owner only.
    let handle = unsafe memory.raw.assumingMemoryBound(to: uv_signal_t.self)
    unsafe check(uv_signal_init(LoopExecutor.shared.loop, handle), "uv_signal_init")
    memory.belongs(to: self)
    unsafe check(uv_signal_start(handle, Self.arrived, number), "uv_signal_start")
  }

  private nonisolated static let arrived: uv_signal_cb = { handle, _ in
    guard let watcher: SignalWatcher = unsafe HandleMemory.owner(of: handle) else { return }
    LoopExecutor.enter { watcher.action() }
  }

  public func close() { memory.close() }
}
