// Workers: what would block the loop runs on libuv's worker pool: disk, digests of large files, name look-ups.

import CLibuv
import Glibc

public enum Workers {
  /// Runs `work` on a worker thread and comes back to the loop with its result.
  @EventLoop public static func run<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
    let job = Job()
    let result = Box<Result>()
    job.work = { result.value = work() }
    unsafe await withUnsafeContinuation { continuation in
      unsafe job.continuation = continuation
      let request = UnsafeMutablePointer<uv_work_t>.allocate(capacity: 1)
      unsafe request.pointee.data = Unmanaged.passRetained(job).toOpaque()
      // SAFETY: the job is retained for the two callbacks; the second one releases it and frees the request.
      let status = unsafe uv_queue_work(LoopExecutor.shared.loop, request, working, finished)
      check(status, "uv_queue_work")
    }
    assert(result.value != nil, "a worker came back without having worked")
    return result.value!
  }

  private static let working: uv_work_cb = { request in
    yieldToTheLoop()
    unsafe Unmanaged<Job>.fromOpaque(request!.pointee.data).takeUnretainedValue().work()
  }

  /// A worker that shares its core with the loop gives way to it (Linux: nice values are per thread, setpriority(2)).
  private static func yieldToTheLoop() { _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 5) }

  private static let finished: uv_after_work_cb = { request, _ in
    let job = unsafe Unmanaged<Job>.fromOpaque(request!.pointee.data).takeRetainedValue()
    unsafe request!.deallocate()
    LoopExecutor.enter { unsafe job.continuation!.resume() }
  }

  /// Filled on the worker before the continuation resumes on the loop; libuv's queue orders the two.
  @safe private final class Job: @unchecked Sendable {
    var work: () -> Void = {}
    var continuation: UnsafeContinuation<Void, Never>?
  }

  private final class Box<Value: Sendable>: @unchecked Sendable {
    var value: Value?
  }
}
