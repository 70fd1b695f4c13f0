// ByteStream: one connected socket, TCP or Unix: bytes in, bytes out, each with a bound (back-pressure).

import Bytes
import CLibuv

/// A connection as straight-line code sees it. `inbound` holds what has arrived and was not consumed yet; `receive`
/// waits for more. `write` queues, `flush` hands over, `drained` waits for the peer to keep up. Reading pauses while
/// `inbound` is full and nobody waits, so a peer is never read faster than its bytes are used.
///
/// Whoever makes a stream closes it; a stream dropped without `close` traps in debug builds.
@safe @EventLoop
public final class ByteStream {
  public enum Limits {
    /// The high-water mark: unconsumed bytes after which the socket is left unread until somebody waits for more.
    static let inboundHighWater = 256 * 1024
    /// A reader that has reserved at least this much is read into directly.
    static let directReadBytes = 16 * 1024
    /// Slices given to the kernel in one call.
    static let slicesPerWrite = 64
    /// Bytes of a peer that goes on sending after we are done, read and dropped so that our last words arrive.
    static let lingeringBytes = 4 << 20
    static let lingeringMs: Int64 = 2000
  }

  let memory: HandleMemory
  public let isPath: Bool
  /// What has arrived and not been consumed.
  public var inbound = ByteBuffer()
  /// Called when the peer ends or fails while nobody waits in `receive`.
  public var onEnd: (@EventLoop () -> Void)?

  var unseen = false
  var ended = false
  var failure: ReactorError?
  var interruption: ReactorError?
  private var isLastChance = false
  var reading = false
  var directRead = false
  let reader = Waiter()
  private var timer: Timer?

  var outgoing: [ByteSlice] = []
  var inFlight: [ByteSlice] = []
  /// Bytes queued or in flight that the kernel has not taken yet.
  public internal(set) var pendingBytes = 0
  let drainer = Waiter()
  /// Where the other end is; empty until connected or accepted.
  public internal(set) var peer = ""

  /// A socket that is not connected yet: TCP, or Unix when `isPath`.
  public init(isPath: Bool) {
    self.isPath = isPath
    memory = HandleMemory(isPath ? UV_NAMED_PIPE : UV_TCP)
    // SAFETY: the memory is large enough for either kind of socket; from here on it is the kind `isPath` says.
    let loop = unsafe LoopExecutor.shared.loop
    if isPath {
      unsafe check(uv_pipe_init(loop, memory.asPipe, 0), "uv_pipe_init")
    } else {
      unsafe check(uv_tcp_init(loop, memory.asTCP), "uv_tcp_init")
    }
    memory.belongs(to: self)
  }

  var isClosed: Bool { memory.isClosed }

  /// The peer has ended its side, or the connection has failed.
  public var isEnded: Bool { ended || failure != nil || isClosed }

  // MARK: connecting

  /// Connects to `address`; throws `timedOut` after `timeoutMs`. On a throw the stream still has to be closed.
  public func connect(to address: SocketAddress, timeoutMs: Int64) async throws(ReactorError) {
    let doing = "connect to \(address)"
    let request = UnsafeMutablePointer<uv_connect_t>.allocate(capacity: 1)
    unsafe request.pointee.data = Unmanaged.passRetained(self).toOpaque()
    let status: Int32
    if isPath {
      unsafe uv_pipe_connect(request, memory.asPipe, address.host, Self.connected)
      status = 0
    } else {
      status = unsafe address.withSockaddr {
        unsafe uv_tcp_connect(request, memory.asTCP, $0, Self.connected)
      }
    }
    if status != 0 {
      // The call failed, so its callback never comes: give back what it would have freed.
      unsafe Unmanaged<ByteStream>.fromOpaque(request.pointee.data).release()
      unsafe request.deallocate()
      throw ReactorError(uv: status, doing: doing)
    }
    await wait(at: reader, timeoutMs: timeoutMs)
    if let problem = interruption ?? failure {
      failure = problem
      throw ReactorError(problem.code, doing: doing, reason: problem.reason)
    }
    peer = address.description
    settle()
  }

  private nonisolated static let connected: uv_connect_cb = { request, status in
    // SAFETY: connect retained the stream and allocated the request for exactly this callback.
    let stream = unsafe Unmanaged<ByteStream>.fromOpaque(request!.pointee.data).takeRetainedValue()
    unsafe request!.deallocate()
    LoopExecutor.enter { stream.connected(status) }
  }

  private func connected(_ status: Int32) {
    if status != 0, failure == nil { failure = ReactorError(uv: status, doing: "connect") }
    reader.wake()
  }

  /// What every connected TCP socket gets: no delay for small writes, and probes that notice a peer that vanished.
  func settle() {
    if isPath { return }
    unsafe _ = uv_tcp_nodelay(memory.asTCP, 1)
    unsafe _ = uv_tcp_keepalive(memory.asTCP, 1, 60)
  }

  // MARK: waiting

  /// Suspends until woken; a deadline or an interruption leaves its error in `interruption`.
  func wait(at waiter: Waiter, timeoutMs: Int64?) async {
    if let timeoutMs {
      if timer == nil { timer = Timer { [unowned self] in timeIsUp() } }
      isLastChance = false
      timer!.set(milliseconds: timeoutMs)
    }
    await waiter.wait()
    if timeoutMs != nil { timer?.clear() }
  }

  /// Timers run before sockets are looked at, so that a process that was stopped for a while would give up on what has
  /// long arrived: the sockets are looked at once more.
  private func timeIsUp() {
    if isLastChance { return interrupt(.timedOut, "timed out") }
    isLastChance = true
    timer?.set(milliseconds: 1)
  }

  /// Makes whoever waits on this stream, now or next, give up.
  public func interrupt() { interrupt(.interrupted, "interrupted") }

  /// Nobody of those who were to give up waits any more: the stream goes to somebody else.
  public func forgetInterruption() { interruption = nil }

  private func interrupt(_ code: ReactorError.Code, _ reason: String) {
    interruption = ReactorError(code, doing: "", reason: reason)
    reader.wake()
    drainer.wake()
  }

  // MARK: closing

  /// Ends the connection now. Queued bytes the kernel has not taken are dropped. Safe to call twice.
  public func close() {
    if isClosed { return }
    onEnd = nil
    timer?.close()
    timer = nil
    if failure == nil { failure = ReactorError(.closed, doing: "", reason: "the stream is closed") }
    memory.close()
    reader.wake()
    drainer.wake()
  }

  /// Ends the connection after what is queued has been sent: says so to the peer, drops what it still sends for a
  /// moment (closing over unread bytes would make the kernel reset the connection and lose our last words), closes.
  public func closeAfterFlush() {
    if isClosed { return }
    onEnd = nil
    EventLoop.spawn { [self] in await linger() }
  }

  /// Says to the peer that nothing more will be sent; what it still sends can be read. False, and nothing said, while
  /// something is queued or when the connection is over.
  @discardableResult
  public func endWriting() -> Bool {
    if isEnded || pendingBytes > 0 { return false }
    let request = UnsafeMutablePointer<uv_shutdown_t>.allocate(capacity: 1)
    if unsafe uv_shutdown(request, memory.asStream, { request, _ in unsafe request!.deallocate() }) != 0 {
      unsafe request.deallocate()
      return false
    }
    return true
  }

  private func linger() async {
    defer { close() }
    flush()
    guard (try? await drained(timeoutMs: Limits.lingeringMs)) != nil, !isEnded else { return }
    guard endWriting() else { return }
    var dropped = 0
    while dropped < Limits.lingeringBytes {
      dropped += inbound.count
      inbound.removeAll()
      guard let more = try? await receive(timeoutMs: Limits.lingeringMs), more else { return }
    }
  }
}
