// Waiter: one task asleep until something happens (a condition variable); the only place where continuations are kept.

/// At most one task waits at a time. A wake-up with nobody waiting is forgotten: whoever waits looks at the state
/// first, which is safe on one thread.
@safe @EventLoop
public final class Waiter {
  // SAFETY: set by wait, resumed and cleared exactly once by wake.
  private var continuation: UnsafeContinuation<Void, Never>?

  public init() {}

  public var isWaiting: Bool { unsafe continuation != nil }

  public func wait() async {
    precondition(!isWaiting, "two tasks wait at one place")
    unsafe await withUnsafeContinuation { unsafe continuation = $0 }
  }

  public func wake() {
    guard let sleeper = unsafe continuation else { return }
    unsafe continuation = nil
    unsafe sleeper.resume()
  }
}
