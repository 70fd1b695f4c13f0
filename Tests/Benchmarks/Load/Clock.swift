// Clock: the one clock of a run, and an alarm on it that is exact to microseconds.

import CEpoll
import Glibc

/// CLOCK_MONOTONIC, in nanoseconds: the same count in every process of the machine, never set back.
enum Clock {
  static func now() -> Int {
    var time = timespec()
    // SAFETY: the kernel fills the timespec, which outlives the call.
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }

  /// Sleeps `nanoseconds`; used only to pace connection attempts while a proxy starts.
  static func pause(_ nanoseconds: Int) {
    var time = timespec(tv_sec: 0, tv_nsec: nanoseconds)
    // SAFETY: the kernel reads the timespec, which outlives the call; nil means the rest is not wanted.
    unsafe _ = nanosleep(&time, nil)
  }
}

/// A timerfd: becomes readable at a given moment of `Clock`. epoll's own timeout counts whole milliseconds, and the
/// timeouts of poll and sleep are stretched by the kernel's timer slack (50 us); a timerfd has neither fault.
struct Alarm: ~Copyable {
  let descriptor: Int32

  init() {
    descriptor = timerfd_create(CLOCK_MONOTONIC, Int32(TFD_NONBLOCK))
    precondition(descriptor >= 0, "timerfd_create: errno \(errno)")
  }

  deinit { close(descriptor) }

  /// Rings once at `momentNs`; a moment already past rings at once.
  func set(at momentNs: Int) {
    var setting = itimerspec()
    setting.it_value = timespec(tv_sec: momentNs / 1_000_000_000, tv_nsec: momentNs % 1_000_000_000)
    // SAFETY: the kernel reads the setting, which outlives the call; nil means the old one is not wanted.
    let result = unsafe timerfd_settime(descriptor, Int32(TFD_TIMER_ABSTIME), &setting, nil)
    precondition(result == 0, "timerfd_settime: errno \(errno)")
  }

  /// Silences an alarm that rang.
  func acknowledge() {
    var rings: UInt64 = 0
    // SAFETY: a timerfd answers with exactly these eight bytes.
    unsafe _ = read(descriptor, &rings, 8)
  }
}
