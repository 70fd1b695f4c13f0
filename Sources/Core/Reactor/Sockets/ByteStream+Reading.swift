// ByteStream+Reading: from the socket into `inbound`.

import Bytes
import CLibuv

extension ByteStream {
  /// Waits until bytes were added to `inbound` that no earlier call has told of; false once the peer has ended.
  /// Throws `timedOut` when `timeoutMs` pass without a byte.
  public func receive(timeoutMs: Int64? = nil) async throws(ReactorError) -> Bool {
    while true {
      if unseen {
        unseen = false
        return true
      }
      if let problem = interruption {
        interruption = nil
        throw ReactorError(problem.code, doing: "read from \(peer)", reason: problem.reason)
      }
      if let failure { throw failure }
      if ended { return false }
      startReading()
      await wait(at: reader, timeoutMs: timeoutMs)
    }
  }

  /// Tells that `count` more bytes are to come, so that they are read into place and not copied.
  public func expect(_ count: Int) { inbound.reserve(count) }

  /// Reads even while nobody waits, so that the peer's end is noticed.
  public func startReading() {
    if reading || isEnded { return }
    reading = true
    let status = unsafe uv_read_start(memory.asStream, Self.allocate, Self.read)
    if status != 0 { failed(ReactorError(uv: status, doing: "read from \(peer)")) }
  }

  private func stopReading() {
    reading = false
    unsafe _ = uv_read_stop(memory.asStream)
  }

  private nonisolated static let allocate: uv_alloc_cb = { handle, _, buffer in
    guard let stream: ByteStream = unsafe HandleMemory.owner(of: handle) else {
      return unsafe buffer!.pointee = uv_buf_init(nil, 0)
    }
    unsafe buffer!.pointee = unsafe targetOf(stream)
  }

  private nonisolated static let read: uv_read_cb = { handle, count, _ in
    guard let stream: ByteStream = unsafe HandleMemory.owner(of: handle) else { return }
    tell(stream, count)
    LoopExecutor.shared.drain()
  }

  // SAFETY: libuv calls back on the loop's thread, which is what @EventLoop stands for. Functions without captures, so
  // that taking the isolation off their type allocates nothing: these two run for every read.
  private nonisolated(unsafe) static let targetOf = unsafe unsafeBitCast(
    { unsafe $0.readTarget() } as @EventLoop (ByteStream) -> uv_buf_t, to: ((ByteStream) -> uv_buf_t).self)
  private nonisolated static let tell = unsafe unsafeBitCast(
    { $0.arrived($1) } as @EventLoop @Sendable (ByteStream, Int) -> Void,
    to: (@Sendable (ByteStream, Int) -> Void).self)

  /// The reader's own reserved memory when it waits for a large body, else the buffer all streams share.
  @unsafe private func readTarget() -> uv_buf_t {
    directRead = inbound.spareCapacity >= Limits.directReadBytes
    if !directRead {
      // SAFETY: the shared buffer is filled and emptied within one libuv callback.
      let shared = unsafe LoopExecutor.shared.readBuffer.assumingMemoryBound(to: CChar.self)
      return unsafe uv_buf_init(shared, UInt32(LoopExecutor.Limits.sharedReadBytes))
    }
    var target = unsafe uv_buf_init(nil, 0)
    // SAFETY: nothing else touches `inbound` between this call and the read that libuv makes right after it.
    unsafe inbound.fill(atLeast: 1) { spare in
      let base = unsafe spare.baseAddress!.assumingMemoryBound(to: CChar.self)
      unsafe target = uv_buf_init(base, UInt32(min(spare.count, 1 << 30)))
      return 0
    }
    return unsafe target
  }

  private func arrived(_ count: Int) {
    assert(reading && !ended, "\(count) bytes of \(peer) came after its end, or while nobody read")
    if count > 0 {
      assert(directRead || count <= LoopExecutor.Limits.sharedReadBytes, "\(count) bytes came at once")
      if directRead {
        // SAFETY: libuv wrote `count` bytes into the spare memory readTarget gave it.
        unsafe inbound.fill(atLeast: count) { _ in count }
      } else {
        // SAFETY: libuv wrote `count` bytes into the shared buffer, which nobody else has touched since.
        let bytes = unsafe UnsafeRawBufferPointer(start: LoopExecutor.shared.readBuffer, count: count)
        unsafe inbound.append(Span(_unsafeBytes: bytes))
      }
      unseen = true
      if !reader.isWaiting, inbound.count >= Limits.inboundHighWater { stopReading() }
      reader.wake()
    } else if count == Int(UV_EOF.rawValue) {
      stopReading()
      ended = true
      finished()
    } else if count < 0 {
      stopReading()
      failed(ReactorError(uv: Int32(count), doing: "read from \(peer)"))
    }
  }

  func failed(_ error: ReactorError) {
    if failure == nil { failure = error }
    drainer.wake()
    finished()
  }

  private func finished() {
    if reader.isWaiting { reader.wake() } else { onEnd?() }
  }
}
