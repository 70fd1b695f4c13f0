// TokenKeeper: fetches one source's tokens ahead of their end, and hands out what is held.

import Client
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
  /// Whom it is kept for; closed with the last of them.
  private var uses: [Use] = []
  private var isClosed: Bool { uses.isEmpty }

  private static var open: [TokenSource: TokenKeeper] = [:]

  /// One backend's share of it.
  final class Use {
    private let keeper: TokenKeeper
    /// Told why a token could not be had, and nil once one could again.
    fileprivate let onChange: @EventLoop (String?) -> Void

    fileprivate init(_ keeper: TokenKeeper, _ onChange: @escaping @EventLoop (String?) -> Void) {
      self.keeper = keeper
      self.onChange = onChange
    }

    /// What is held, at once; where nothing is, what the fetch under way brings.
    @EventLoop func grant() async throws(ClientFault) -> Grant { try await keeper.grant() }

    @EventLoop func close() { keeper.close(self) }
  }

  static func use(_ source: TokenSource, onChange: @escaping @EventLoop (String?) -> Void) -> Use {
    let keeper = open[source] ?? TokenKeeper(source)
    open[source] = keeper
    let use = Use(keeper, onChange)
    keeper.uses.append(use)
    return use
  }

  private init(_ source: TokenSource) {
    self.source = source
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

  private func close(_ use: Use) {
    guard let place = uses.firstIndex(where: { $0 === use }) else { return }
    uses.remove(at: place)
    if !isClosed { return }
    Self.open[source] = nil
    timer?.close()
    watcher?.close()
    timer = nil
    watcher = nil
    wakeAll()
  }

  private func grant() async throws(ClientFault) -> Grant {
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
    for use in uses { use.onChange(problem) }
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
