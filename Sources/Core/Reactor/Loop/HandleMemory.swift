// HandleMemory: the one allocation behind a libuv handle, freed in its close callback and nowhere else.

import CLibuv

/// Memory that libuv links into its lists: it must not move, and must not be freed before libuv says the handle is
/// closed. A wrapper owns one of these, tells it who it is, and closes it; a forgotten close traps in debug builds.
@safe
final class HandleMemory: @unchecked Sendable {
  // SAFETY: allocated here, freed in close's callback. `data` holds an unretained owner; close clears it before the
  // owner can go, so a late callback finds nobody instead of freed memory.
  let raw: UnsafeMutableRawPointer
  private(set) var isClosed = false

  init(_ type: uv_handle_type) { unsafe raw = .allocate(byteCount: uv_handle_size(type), alignment: 16) }

  deinit { assert(isClosed, "a libuv handle was dropped without close()") }

  @unsafe var asHandle: UnsafeMutablePointer<uv_handle_t> { unsafe raw.assumingMemoryBound(to: uv_handle_t.self) }
  @unsafe var asStream: UnsafeMutablePointer<uv_stream_t> { unsafe open.assumingMemoryBound(to: uv_stream_t.self) }
  @unsafe var asTCP: UnsafeMutablePointer<uv_tcp_t> { unsafe open.assumingMemoryBound(to: uv_tcp_t.self) }
  @unsafe var asPipe: UnsafeMutablePointer<uv_pipe_t> { unsafe open.assumingMemoryBound(to: uv_pipe_t.self) }

  /// The memory while it is ours: after `close` libuv frees it.
  @unsafe private var open: UnsafeMutableRawPointer {
    assert(!isClosed, "a closed handle is used")
    return unsafe raw
  }

  /// To be called once the handle is initialised.
  func belongs(to owner: AnyObject) {
    assert(!isClosed, "a closed handle is given an owner")
    unsafe asHandle.pointee.data = Unmanaged.passUnretained(owner).toOpaque()
  }

  /// Whose handle this is, in a C callback; nil once it was closed.
  @unsafe static func owner<Handle, Owner: AnyObject>(of handle: UnsafeMutablePointer<Handle>?) -> Owner? {
    guard let handle = unsafe handle else { return nil }
    let data = unsafe UnsafeMutableRawPointer(handle).assumingMemoryBound(to: uv_handle_t.self).pointee.data
    guard let data = unsafe data else { return nil }
    return unsafe Unmanaged<Owner>.fromOpaque(data).takeUnretainedValue()
  }

  /// Gives the handle back to libuv, which frees the memory on the loop's next turn. Safe to call twice.
  func close() {
    if isClosed { return }
    isClosed = true
    unsafe asHandle.pointee.data = nil
    unsafe uv_close(asHandle) { unsafe UnsafeMutableRawPointer($0!).deallocate() }
  }
}
