// Poller: which sockets are ready. The owner of the epoll descriptor.

import CEpoll
import Glibc

/// An epoll set, level-triggered. Each watched descriptor carries a token, which is what `wait` hands back.
/// Safe to use: the unsafe part, the union in `epoll_event`, is written and read as a token only, and only here.
@safe struct Poller: ~Copyable {
  struct Ready {
    let token: Int
    let writable: Bool
  }

  private let descriptor: Int32
  private var events: [epoll_event]

  init() {
    descriptor = epoll_create1(0)
    precondition(descriptor >= 0, "epoll_create1: errno \(errno)")
    // SAFETY: an all-zero event is a valid one.
    unsafe events = [epoll_event](repeating: epoll_event(), count: 512)
  }

  deinit { close(descriptor) }

  func watch(_ watched: Int32, token: Int, writable: Bool = false) {
    control(EPOLL_CTL_ADD, watched, token, writable)
  }

  func change(_ watched: Int32, token: Int, writable: Bool) {
    control(EPOLL_CTL_MOD, watched, token, writable)
  }

  /// Appends what is ready to `ready`; false when nothing was for `timeoutMs`.
  mutating func wait(into ready: inout [Ready], timeoutMs: Int32) -> Bool {
    // SAFETY: the kernel fills at most `count` elements of the array, which outlives the call.
    let count = unsafe epoll_wait(descriptor, &events, Int32(events.count), timeoutMs)
    if count < 0 && errno == EINTR { return true }
    precondition(count >= 0, "epoll_wait: errno \(errno)")
    for index in 0..<Int(count) {
      // SAFETY: every event was registered with `data.u64`, and is read as that.
      let (token, bits) = unsafe (Int(events[index].data.u64), events[index].events)
      ready.append(Ready(token: token, writable: bits & EPOLLOUT.rawValue != 0))
    }
    return count > 0
  }

  private func control(_ operation: Int32, _ watched: Int32, _ token: Int, _ writable: Bool) {
    let interest = writable ? EPOLLIN.rawValue | EPOLLOUT.rawValue : EPOLLIN.rawValue
    // SAFETY: the kernel copies the event during the call.
    unsafe withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: 1) { event in
      unsafe event[0] = epoll_event(events: interest, data: epoll_data_t(u64: UInt64(token)))
      let result = unsafe epoll_ctl(descriptor, operation, watched, event.baseAddress)
      precondition(result == 0, "epoll_ctl: errno \(errno)")
    }
  }
}
