// LoopExecutor: libuv's loop as the executor of Swift's tasks.

import CLibuv
import CRuntime
import Glibc
import Synchronization

/// Runs jobs on the loop's thread. A job made there waits in `ready` and is run at the end of the libuv callback that
/// made it; a job from another thread goes through `mailbox` and wakes the loop. Continuations resumed on the loop's
/// thread are taken from the runtime's global executor, where they would otherwise go first.
@safe
final class LoopExecutor: SerialExecutor, @unchecked Sendable {
  static let shared = LoopExecutor()

  enum Limits {
    /// Jobs run before the loop gets to look at its sockets again.
    static let jobsPerTurn = 4096
    /// Bytes a socket is asked for at once when the reader has not said how many it expects.
    static let sharedReadBytes = 64 * 1024
  }

  // SAFETY: the loop, the wake handle and the read buffer are allocated once and live as long as the process.
  // `ready` and `draining` are touched on the loop's thread only, which `isOnLoop` tells.
  let loop: UnsafeMutablePointer<uv_loop_t>
  let readBuffer: UnsafeMutableRawPointer
  private let wake: UnsafeMutablePointer<uv_async_t>
  private let thread = Atomic<UInt>(0)
  private let mailbox = Mutex<[UnownedJob]>([])
  private nonisolated(unsafe) var ready: [UnownedJob] = []
  private nonisolated(unsafe) var next = 0
  private nonisolated(unsafe) var draining = false

  private init() {
    unsafe loop = .allocate(capacity: 1)
    unsafe wake = .allocate(capacity: 1)
    unsafe readBuffer = .allocate(byteCount: Limits.sharedReadBytes, alignment: 4096)
    unsafe check(uv_loop_init(loop), "uv_loop_init")
    unsafe check(uv_async_init(loop, wake) { _ in LoopExecutor.shared.drainMailbox() }, "uv_async_init")
    // A peer that closed while we write is an error value, not a signal that ends the process.
    _ = signal(SIGPIPE, SIG_IGN)
  }

  // MARK: executor

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    if isOnLoop {
      unsafe ready.append(job)
    } else {
      mailbox.withLock { $0.append(job) }
      // SAFETY: uv_async_send is the one libuv call that may come from any thread.
      unsafe _ = uv_async_send(wake)
    }
  }

  func checkIsolated() { precondition(isOnLoop, "this code runs on the event loop's thread only") }

  func isIsolatingCurrentContext() -> Bool? { isOnLoop }

  private var isOnLoop: Bool { thread.load(ordering: .relaxed) == UInt(pthread_self()) }

  // MARK: running

  func run(_ start: @EventLoop () -> Void) {
    precondition(thread.load(ordering: .relaxed) == 0 || isOnLoop, "another thread runs the event loop already")
    thread.store(UInt(pthread_self()), ordering: .relaxed)
    // SAFETY: an UnownedJob is the runtime's pointer to the job, and the hook hands over each job once.
    unsafe aigw_offer_global_jobs { job in
      guard LoopExecutor.shared.isOnLoop else { return false }
      unsafe LoopExecutor.shared.ready.append(unsafeBitCast(job, to: UnownedJob.self))
      return true
    }
    unsafe uv_update_time(loop)
    LoopExecutor.enter(start)
    drainMailbox()
    unsafe _ = uv_run(loop, UV_RUN_DEFAULT)
  }

  func stop() { unsafe uv_stop(loop) }

  /// What every C callback does: run `body` as the event loop, then the jobs it made ready.
  static func enter(_ body: @EventLoop () -> Void) {
    assert(shared.isOnLoop, "libuv called back on a thread that does not run the loop")
    // SAFETY: libuv calls back on the thread that runs the loop, which is what @EventLoop stands for; taking the
    // isolation off the type is what assumeIsolated does after its check.
    withoutActuallyEscaping(body) { unsafe unsafeBitCast($0, to: (() -> Void).self)() }
    shared.drain()
  }

  /// Runs ready jobs, at most `jobsPerTurn`; what is left waits for the next turn of the loop.
  func drain() {
    assert(isOnLoop, "jobs of the loop are run on another thread")
    if unsafe draining { return }
    unsafe draining = true
    var run = 0
    while unsafe next < ready.count, run < Limits.jobsPerTurn {
      let job = unsafe ready[next]
      unsafe next += 1
      run += 1
      unsafe job.runSynchronously(on: asUnownedSerialExecutor())
    }
    assert(unsafe next <= ready.count, "\(unsafe next) jobs of \(unsafe ready.count) were run")
    if unsafe next == ready.count {
      unsafe ready.removeAll(keepingCapacity: true)
    } else {
      unsafe ready.removeFirst(next)
      unsafe _ = uv_async_send(wake)
    }
    unsafe next = 0
    unsafe draining = false
  }

  private func drainMailbox() {
    let jobs = mailbox.withLock { mail in
      let jobs = mail
      mail.removeAll(keepingCapacity: jobs.count <= 64)
      return jobs
    }
    unsafe ready.append(contentsOf: jobs)
    drain()
  }

  static func wallMilliseconds() -> Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }

  static func monotonicNow() -> UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
  }
}

/// A libuv call that can only fail by a mistake of ours or by lack of memory.
func check(_ status: Int32, _ call: StaticString) {
  precondition(status == 0, "\(call) failed: \(ReactorError(uv: status, doing: "").reason)")
}
