// TokenKeeper: fetches one source's tokens ahead of their end, and hands out what is held.

import Exchange
import Reactor

/// Shared by all backends and policies that name the same source, so that a new policy has its tokens at once.
@EventLoop
final class TokenKeeper {
  enum Limits {
    /// Calls that wait for a first token.
    static let waitersMax = 1024
  }

  private let source: TokenSource
  private var renewal = Renewal<Grant>()
  private var waiters: [Waiter] = []
  private var timer: Timer?
  private var watcher: FileWatcher?
  private var users = 1
  private var isClosed = false
  /// Told why a token could not be had, and nil once one could again; by whoever opened it last.
  private var onChange: @EventLoop (String?) -> Void

  private static var open: [TokenSource: TokenKeeper] = [:]

  /// The keeper of `source`, which is used until it is closed as often as it was asked for.
  static func of(_ source: TokenSource, onChange: @escaping @EventLoop (String?) -> Void) -> TokenKeeper {
    if let keeper = open[source] {
      keeper.users += 1
      keeper.onChange = onChange
      return keeper
    }
    let keeper = TokenKeeper(source, onChange)
    open[source] = keeper
    return keeper
  }

  private init(_ source: TokenSource, _ onChange: @escaping @EventLoop (String?) -> Void) {
    self.source = source
    self.onChange = onChange
    timer = Timer { [unowned self] in fetchIfDue() }
    if let path = source.watchedFile {
      watcher = FileWatcher(path: path, since: FileStamp(of: path)) { [unowned self] in
        renewal.sourceChanged(at: Self.now)
        fetchIfDue()
      }
    }
    // A policy that is only tried is closed in the turn in which it was opened, and asks nobody.
    EventLoop.spawn { [weak self] in self?.fetchIfDue() }
  }

  func close() {
    users -= 1
    if users > 0 { return }
    isClosed = true
    Self.open[source] = nil
    timer?.close()
    watcher?.close()
    timer = nil
    watcher = nil
    wakeAll()
  }

  /// What is held, at once; where nothing is, what the fetch under way brings.
  func grant() async throws(UpstreamFault) -> Grant {
    while true {
      switch renewal.answer(at: Self.now) {
      case .use(let grant): return grant
      case .refuse(let problem): throw .noCredential(problem)
      case .wait: break
      }
      if isClosed { throw .noCredential("its credential is no longer in use") }
      if waiters.count >= Limits.waitersMax { throw .noCredential("too many calls wait for a token") }
      fetchIfDue()
      let waiter = Waiter()
      waiters.append(waiter)
      await waiter.wait()
    }
  }

  private static var now: WallTime { WallTime(milliseconds: EventLoop.wallMilliseconds) }

  private func fetchIfDue() {
    if isClosed { return }
    guard renewal.begins(at: Self.now) else { return sleep() }
    EventLoop.spawn { [self] in
      do throws(TokenFault) {
        let token = try await source.fetch()
        let isMended = renewal.arrived(token, at: Self.now)
        if isMended { tell(nil) } else if let problem = renewal.problem { tell(problem) }
      } catch {
        renewal.failed(error.message, at: Self.now)
        tell(error.message)
      }
      wakeAll()
      sleep()
    }
  }

  private func tell(_ problem: String?) {
    if !isClosed { onChange(problem) }
  }

  private func sleep() {
    // A machine that slept, or whose clock was set, must not sleep on for long.
    if let pauseMs = renewal.pauseMs(at: Self.now) { timer?.set(milliseconds: min(pauseMs, 60_000)) }
  }

  private func wakeAll() {
    let waiting = waiters
    waiters = []
    for waiter in waiting { waiter.wake() }
  }
}
