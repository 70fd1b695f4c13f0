// EventLoop: the global actor whose code runs on the one libuv loop.

/// Everything that carries a call is isolated to this actor: one thread, one libuv loop, no locks.
///
/// A program calls `EventLoop.run` on its main thread; it returns after `EventLoop.stop`.
@globalActor public actor EventLoop {
  public static let shared = EventLoop()

  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    // SAFETY: the executor lives as long as the process.
    unsafe LoopExecutor.shared.asUnownedSerialExecutor()
  }

  /// Runs `main` and then the loop on the calling thread until `stop`.
  public static nonisolated func run(_ main: @escaping @EventLoop @Sendable () async -> Void) {
    LoopExecutor.shared.run { spawn(main) }
  }

  /// Ends `run` once the current callback is done. Handles still open are abandoned with the process.
  @EventLoop public static func stop() { LoopExecutor.shared.stop() }

  /// Starts `body` in this turn of the loop; it goes on whenever what it waits for has happened.
  @EventLoop public static func spawn(_ body: @escaping @EventLoop @Sendable () async -> Void) {
    // An operation that is itself isolated is enqueued where it belongs (SE-0431), here: at the end of the callback under
    // way. An executor preference would keep it here too, but is looked up, under a lock, at every suspension.
    Task(operation: body)
  }

  /// Nanoseconds of the monotonic clock, read now.
  public static nonisolated var now: UInt64 { LoopExecutor.monotonicNow() }

  /// Milliseconds since 1970 on the machine's wall clock, read now.
  public static nonisolated var wallMilliseconds: Int64 { LoopExecutor.wallMilliseconds() }
}
