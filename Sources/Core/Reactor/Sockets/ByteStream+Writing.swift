// ByteStream+Writing: from our slices to the socket, which keeps them alive until the kernel has the bytes.

import Bytes
import CLibuv

extension ByteStream {
  /// Queues bytes; nothing is sent before `flush`, so that a head and its body leave together.
  public func write(_ slice: ByteSlice) {
    if slice.isEmpty || isClosed { return }
    outgoing.append(slice)
    pendingBytes += slice.count
  }

  /// Hands the queue to the kernel: at once as far as the socket takes it, the rest when it is writable again.
  public func flush() {
    if !inFlight.isEmpty || outgoing.isEmpty || isClosed { return }
    if let failure {
      outgoing.removeAll()
      pendingBytes = 0
      return failed(failure)
    }
    while !outgoing.isEmpty {
      let batch = min(outgoing.count, Limits.slicesPerWrite)
      let written = unsafe withBuffers(of: outgoing, first: batch) { unsafe uv_try_write(memory.asStream, $0, $1) }
      if written < 0, written != UV_EAGAIN.rawValue {
        outgoing.removeAll()
        pendingBytes = 0
        return failed(ReactorError(uv: written, doing: "write to \(peer)"))
      }
      if !drop(Int(max(0, written)), of: batch) { return writeTheRest() }
    }
    assert(pendingBytes == 0, "all was written to \(peer), and \(pendingBytes) bytes are pending")
  }

  /// Waits until the kernel has taken everything queued. Throws `timedOut` when it takes nothing for `timeoutMs`.
  public func drained(timeoutMs: Int64? = nil) async throws(ReactorError) {
    while pendingBytes > 0, failure == nil {
      let before = unsafe uv_stream_get_write_queue_size(memory.asStream) &+ outgoing.count
      await wait(at: drainer, timeoutMs: timeoutMs)
      if let problem = interruption {
        interruption = nil
        let after = isClosed ? before : unsafe uv_stream_get_write_queue_size(memory.asStream) &+ outgoing.count
        if problem.code == .timedOut, after != before { continue }
        throw ReactorError(problem.code, doing: "write to \(peer)", reason: problem.reason)
      }
    }
    if let failure { throw failure }
  }

  /// Drops `count` written bytes from the front; true when the whole batch has gone.
  private func drop(_ count: Int, of batch: Int) -> Bool {
    assert(count <= pendingBytes && batch <= outgoing.count, "the kernel took \(count) of \(pendingBytes) bytes")
    pendingBytes -= count
    var left = count
    var gone = 0
    while gone < batch, left >= outgoing[gone].count {
      left -= outgoing[gone].count
      gone += 1
    }
    if gone == outgoing.count {
      outgoing.removeAll(keepingCapacity: gone <= Limits.slicesPerWrite)
      return true
    }
    outgoing.removeFirst(gone)
    if left > 0 { outgoing[0] = outgoing[0].dropFirst(left) }
    return gone == batch
  }

  private func writeTheRest() {
    assert(inFlight.isEmpty && !outgoing.isEmpty, "\(inFlight.count) slices for \(peer) are in flight already")
    let batch = min(outgoing.count, Limits.slicesPerWrite)
    inFlight = Array(outgoing[..<batch])
    outgoing.removeFirst(batch)
    let request = UnsafeMutablePointer<uv_write_t>.allocate(capacity: 1)
    unsafe request.pointee.data = Unmanaged.passRetained(self).toOpaque()
    // SAFETY: libuv copies the list of buffers; the bytes they point to live in `inFlight` until the callback.
    let status = unsafe withBuffers(of: inFlight, first: batch) { buffers, count in
      unsafe uv_write(request, memory.asStream, buffers, count, Self.written)
    }
    if status != 0 {
      unsafe Unmanaged<ByteStream>.fromOpaque(request.pointee.data).release()
      unsafe request.deallocate()
      wrote(status)
    }
  }

  private nonisolated static let written: uv_write_cb = { request, status in
    // SAFETY: writeTheRest retained the stream and allocated the request for exactly this callback.
    let stream = unsafe Unmanaged<ByteStream>.fromOpaque(request!.pointee.data).takeRetainedValue()
    unsafe request!.deallocate()
    LoopExecutor.enter { stream.wrote(status) }
  }

  private func wrote(_ status: Int32) {
    for slice in inFlight { pendingBytes -= slice.count }
    inFlight.removeAll()
    assert(
      pendingBytes == outgoing.reduce(0) { $0 + $1.count }, "\(pendingBytes) bytes for \(peer) are not those queued")
    if status != 0 {
      outgoing.removeAll()
      pendingBytes = 0
      if !isClosed { failed(ReactorError(uv: status, doing: "write to \(peer)")) }
      return
    }
    flush()
    if pendingBytes == 0 { drainer.wake() }
  }

  @unsafe private func withBuffers(
    of slices: [ByteSlice], first count: Int, _ body: (UnsafePointer<uv_buf_t>, UInt32) -> Int32
  ) -> Int32 {
    // SAFETY: the pointers are used during the call only, while `slices` keeps the memory alive.
    unsafe withUnsafeTemporaryAllocation(of: uv_buf_t.self, capacity: count) { buffers in
      for index in 0..<count {
        let bytes = unsafe slices[index].unsafeBytes
        let base = unsafe UnsafeMutableRawPointer(mutating: bytes.baseAddress!).assumingMemoryBound(to: CChar.self)
        unsafe buffers.initializeElement(at: index, to: uv_buf_init(base, UInt32(bytes.count)))
      }
      return unsafe body(buffers.baseAddress!, UInt32(count))
    }
  }
}
