import Foundation
import Reactor
import TestSupport
import Testing

// SAFETY: the C calls below are given names that live for the call.
@Suite(.serialized) struct FileWatcherTests {
  init() { #expect(LoopThread.started) }

  @Test @EventLoop func everyWayOfChangingAFileIsNoticed() async {
    let path = temporaryPath("ways")
    write("one", to: path)
    let changes = Changes()
    let watcher = FileWatcher(path: path, since: FileStamp(of: path), everyMs: 2) { changes.came() }
    write("two words", to: path)
    await changes.next()
    write("three", to: path + ".new")
    unsafe rename(path + ".new", path)
    await changes.next()
    unsafe unlink(path)
    await changes.next()
    write("four", to: path)
    await changes.next()
    watcher.close()
    unsafe unlink(path)
  }

  @Test @EventLoop func aChangeBetweenReadingAndWatchingIsNoticed() async {
    let path = temporaryPath("between")
    write("read", to: path)
    let stamp = FileStamp(of: path)
    write("written after it was read", to: path)
    let changes = Changes()
    let watcher = FileWatcher(path: path, since: stamp, everyMs: 2) { changes.came() }
    await changes.next()
    watcher.close()
    unsafe unlink(path)
  }

  @Test @EventLoop func aWatchClosedWhileItLooksNeverActs() async {
    let path = temporaryPath("closed")
    let changes = Changes()
    var watcher: FileWatcher? = FileWatcher(path: path, since: FileStamp(of: path), everyMs: 1) { changes.came() }
    write("changed", to: path)
    watcher?.close()
    watcher = nil
    for _ in 0..<20 { await Workers.run {} }
    #expect(changes.count == 0)
    unsafe unlink(path)
  }

  private func temporaryPath(_ name: String) -> String {
    FileManager.default.temporaryDirectory.appending(path: "aigw-watcher-\(getpid())-\(name)").path
  }

  private func write(_ text: String, to path: String) { try? Data(text.utf8).write(to: URL(filePath: path)) }
}

/// Counts, and waits for one more.
@EventLoop
private final class Changes {
  private(set) var count = 0
  private let waiter = Waiter()

  func came() {
    count += 1
    waiter.wake()
  }

  func next() async {
    let before = count
    while count == before { await waiter.wait() }
  }
}
