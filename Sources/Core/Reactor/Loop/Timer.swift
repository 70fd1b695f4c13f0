// Timer: one deadline (a timeout) that can be moved without asking libuv each time.

import CLibuv

/// Calls its action once a deadline has passed. Moving the deadline later, the common case on a busy connection, is a
/// store: the underlying libuv timer wakes at the old time, sees the new one and sleeps on.
@safe @EventLoop
public final class Timer {
  private let memory = HandleMemory(UV_TIMER)
  private let action: @EventLoop () -> Void
  private var deadline: UInt64 = 0
  private var sleepingUntil: UInt64 = 0

  public init(_ action: @escaping @EventLoop () -> Void) {
    self.action = action
    // SAFETY: the memory has the size of a timer and is freed by its owner only.
    unsafe check(uv_timer_init(LoopExecutor.shared.loop, handle), "uv_timer_init")
    memory.belongs(to: self)
  }

  @unsafe private var handle: UnsafeMutablePointer<uv_timer_t> {
    unsafe memory.raw.assumingMemoryBound(to: uv_timer_t.self)
  }

  /// Suspends for `milliseconds`.
  public static func pause(milliseconds: Int64) async {
    let passed = Waiter()
    let timer = Timer { passed.wake() }
    timer.set(milliseconds: milliseconds)
    await passed.wait()
    timer.close()
  }

  /// Fires `milliseconds` from now, whatever was set before.
  public func set(milliseconds: Int64) {
    if memory.isClosed { return }
    deadline = Self.now &+ UInt64(max(1, milliseconds))
    if sleepingUntil == 0 || deadline < sleepingUntil { sleep() }
  }

  /// Does not fire until set again.
  public func clear() { deadline = 0 }

  /// Never fires again.
  public func close() {
    deadline = 0
    memory.close()
  }

  /// Milliseconds, read now: libuv's own time stands still while a callback works, and would let a deadline set at the
  /// end of a long one pass at once.
  private static var now: UInt64 { LoopExecutor.monotonicNow() / 1_000_000 }

  private func sleep() {
    assert(deadline != 0 && !memory.isClosed, "a timer sleeps without a deadline")
    sleepingUntil = deadline
    let now = Self.now
    let delay = deadline > now ? deadline - now : 0
    unsafe _ = uv_timer_start(handle, Self.fired, delay, 0)
  }

  private nonisolated static let fired: uv_timer_cb = { handle in
    guard let timer: Timer = unsafe HandleMemory.owner(of: handle) else { return }
    LoopExecutor.enter { timer.woke() }
  }

  private func woke() {
    sleepingUntil = 0
    assert(!memory.isClosed, "a closed timer fired")
    if deadline == 0 { return }
    if Self.now < deadline { return sleep() }
    deadline = 0
    action()
  }
}
