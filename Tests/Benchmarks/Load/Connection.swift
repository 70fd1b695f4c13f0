// Connection: one keep-alive connection to the program under test. The owner of its socket.

import Glibc

/// What every request of a run is: where it goes and its bytes, head and body, ready to send.
struct Target {
  /// A port of 127.0.0.1; this tool reaches nothing else.
  let port: UInt16
  let request: [UInt8]
}

/// Why a request got no reply. The raw value is its name in the report.
enum Failure: String {
  case refused, reset, closed, malformed, unanswered
}

/// Sends the target's request, one at a time, and reads the replies; connects whenever it has no live socket.
final class Connection {
  /// What one readiness of the socket brought.
  struct Progress {
    var events = 0
    /// Set when the request is over: the reply's status, or why there is none.
    var outcome: Result<Int, FailedRequest>?
  }
  struct FailedRequest: Error { let why: Failure }

  private let target: Target
  private let token: Int
  private var socket: Int32 = -1
  private var sent = 0
  private var waitsForRoom = false
  private var reader = ReplyReader()
  /// A request is under way.
  private(set) var isBusy = false

  init(to target: Target, token: Int) {
    self.target = target
    self.token = token
  }

  deinit { hangUp() }

  /// Begins the next request.
  func send(_ poller: borrowing Poller) -> Progress {
    precondition(!isBusy, "connection \(token) already has a request under way")
    isBusy = true
    sent = 0
    reader = ReplyReader()
    if socket < 0 { return connect(poller) }
    return write(poller)
  }

  /// Goes on after the poller found the socket ready. `scratch` is where bytes are read into.
  func proceed(_ ready: Poller.Ready, _ poller: borrowing Poller, _ scratch: inout [UInt8]) -> Progress {
    if ready.writable && isBusy && sent < target.request.count {
      let progress = write(poller)
      if progress.outcome != nil { return progress }
    }
    return receive(&scratch)
  }

  func hangUp() {
    if socket >= 0 { close(socket) }
    socket = -1
    isBusy = false
  }

  private func connect(_ poller: borrowing Poller) -> Progress {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
    precondition(socket >= 0, "socket: errno \(errno)")
    var one: Int32 = 1
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = target.port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let length = socklen_t(MemoryLayout<sockaddr_in>.size)
    // SAFETY: both calls read the value they are given, of the size they are told, before they return.
    unsafe setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4)
    let result = unsafe withUnsafeBytes(of: &address) { bytes in
      unsafe Glibc.connect(socket, bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self), length)
    }
    if result < 0 && errno != EINPROGRESS { return fail(.refused) }
    waitsForRoom = result < 0
    poller.watch(socket, token: token, writable: waitsForRoom)
    return waitsForRoom ? Progress() : write(poller)
  }

  private func write(_ poller: borrowing Poller) -> Progress {
    while sent < target.request.count {
      // SAFETY: the kernel reads at most the bytes left of the request.
      let count = unsafe target.request.withUnsafeBytes { bytes in
        unsafe Glibc.send(socket, bytes.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      if count < 0 && errno == EAGAIN {
        awaitRoom(true, poller)
        return Progress()
      }
      if count < 0 { return fail(sent == 0 && errno == ECONNREFUSED ? .refused : .reset) }
      sent += count
    }
    awaitRoom(false, poller)
    return Progress()
  }

  private func awaitRoom(_ waits: Bool, _ poller: borrowing Poller) {
    if waits != waitsForRoom { poller.change(socket, token: token, writable: waits) }
    waitsForRoom = waits
  }

  private func receive(_ scratch: inout [UInt8]) -> Progress {
    // SAFETY: the kernel fills at most `scratch.count` bytes of it.
    let count = unsafe scratch.withUnsafeMutableBytes { unsafe read(socket, $0.baseAddress!, $0.count) }
    if count < 0 && errno == EAGAIN { return Progress() }
    if !isBusy {
      hangUp()  // the other side closed an idle connection, as it may: the next request opens a new one
      return Progress()
    }
    if count < 0 { return fail(errno == ECONNREFUSED ? .refused : .reset) }
    if count == 0 { return fail(.closed) }
    guard let step = try? reader.take(scratch.span.extracting(0..<count)) else { return fail(.malformed) }
    guard step.finished else { return Progress(events: step.events) }
    isBusy = false
    if reader.closes { hangUp() }
    return Progress(events: step.events, outcome: .success(reader.status))
  }

  private func fail(_ why: Failure) -> Progress {
    hangUp()
    return Progress(outcome: .failure(FailedRequest(why: why)))
  }
}
