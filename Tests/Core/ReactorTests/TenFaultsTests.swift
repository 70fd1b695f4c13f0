// The ten faults of earlier libuv wrappers, each a test that fails where the fault is made.

import Bytes
import Dispatch
import Glibc
import Reactor
import Synchronization
import TestSupport
import Testing

import class Foundation.FileManager

@Suite(.serialized) struct TenFaultsTests {
  init() { #expect(LoopThread.started) }

  @Test @EventLoop func fault1HandlesLiveInMemoryOfTheirOwnNotInAStoredProperty() async throws {
    // Handles whose objects move between arrays, dictionaries and captures keep working.
    var pairs: [Pair] = []
    for _ in 0..<50 { pairs.append(try await Pair.open()) }
    pairs.shuffle()
    var byNumber: [Int: Pair] = [:]
    for (number, pair) in pairs.enumerated() { byNumber[number] = pair }
    for (number, pair) in byNumber {
      pair.client.write(ByteSlice("n\(number)"))
      pair.client.flush()
    }
    for (number, pair) in byNumber {
      #expect(try await pair.server.text("n\(number)".utf8.count) == "n\(number)")
      pair.close()
    }
  }

  @Test @EventLoop func fault2MemoryIsFreedInTheCloseCallbackNotBefore() async throws {
    // Closing with a write, a read and a timer pending, many times: a sanitizer run would see a use after free.
    let much = ByteSlice(String(repeating: "z", count: 8 << 20))
    for _ in 0..<100 {
      let pair = try await Pair.open()
      pair.client.write(much)
      pair.client.flush()
      pair.server.startReading()
      pair.close()
    }
    await turn()
  }

  @Test @EventLoop func fault3BytesBeingWrittenAreOwnedByTheWrite() async throws {
    let pair = try await Pair.open()
    defer { pair.close() }
    var buffer = ByteBuffer()
    buffer.append(String(repeating: "a", count: 12 << 20))
    pair.client.write(buffer.slice(0..<buffer.count))
    pair.client.flush()
    // The writer reuses and drops its buffer while the kernel still has to take most of the bytes.
    buffer.removeAll()
    buffer.append(String(repeating: "b", count: 12 << 20))
    buffer.release()
    pair.client.closeAfterFlush()
    let received = try await pair.server.everything()
    let sent = ByteSlice(String(repeating: "a", count: 12 << 20))
    let isSame = received.span.equals(sent.span)
    #expect(isSame)
  }

  @Test @EventLoop func fault4NothingIsRetainedWhenTheCallItselfFails() async throws {
    weak var gone: ByteStream?
    do {
      let stream = ByteStream(isPath: false)
      gone = stream
      // A socket cannot connect over IPv6 to a scope it cannot route: the call or its callback fails, both must let go.
      _ = try? await stream.connect(to: SocketAddress("[ff02::1]:1")!, timeoutMs: 2000)
      stream.close()
    }
    await turn()
    #expect(gone == nil)
  }

  @Test @EventLoop func fault5TheEndOfAStreamIsNotAnError() async throws {
    let pair = try await Pair.open()
    defer { pair.close() }
    pair.client.write(ByteSlice("bye"))
    pair.client.closeAfterFlush()
    #expect(try await pair.server.text(3) == "bye")
    #expect(try await pair.server.receive() == false)
  }

  @Test func fault6ErrorsKeepTheirCodeAndAreNotFlattenedToText() {
    let refused = ReactorError(.refused, doing: "connect to 127.0.0.1:9", reason: "connection refused")
    #expect(refused.code == .refused)
    #expect(refused != ReactorError(.reset, doing: refused.doing, reason: refused.reason))
  }

  @Test @EventLoop func fault7AReaderThatDoesNotReadHoldsTheWriterBack() async throws {
    let pair = try await Pair.open()
    defer { pair.close() }
    pair.server.startReading()
    let chunk = ByteSlice(String(repeating: "c", count: 1 << 20))
    for _ in 0..<64 { pair.client.write(chunk) }
    pair.client.flush()
    let error = await refusal { try await pair.client.drained(timeoutMs: 300) }
    #expect(error?.code == .timedOut)
    #expect(pair.server.inbound.count < 2 << 20, "the server keeps a bounded part of 64 MiB")
    #expect(pair.client.pendingBytes > 32 << 20)
    // And it all flows once somebody reads.
    pair.client.closeAfterFlush()
    #expect(try await pair.server.everything().count == 64 << 20)
  }

  @Test @EventLoop func fault8NoCallbackReachesAnObjectAfterClose() async throws {
    let fired = Counter()
    let timer = Timer { fired.count += 1 }
    timer.set(milliseconds: 1)
    timer.close()
    let pair = try await Pair.open()
    pair.server.onEnd = { fired.count += 1 }
    pair.server.startReading()
    pair.server.close()
    pair.client.close()
    pair.listener.close()
    let later = Waiter()
    let wakeUp = Timer { later.wake() }
    wakeUp.set(milliseconds: 20)
    await later.wait()
    wakeUp.close()
    #expect(fired.count == 0)
  }

  @Test @EventLoop func fault9WorkFromOtherThreadsIsDrainedInBoundedTurns() async throws {
    // Tens of thousands of jobs from other threads, while a socket is served between them.
    let done = Tally()
    let pair = try await Pair.open()
    defer { pair.close() }
    let others = (0..<4).map { _ in
      Task.detached { for _ in 0..<5_000 { await Self.onLoop { done.count.add(1, ordering: .relaxed) } } }
    }
    pair.client.write(ByteSlice("still served"))
    pair.client.flush()
    #expect(try await pair.server.text(12) == "still served")
    for other in others { await other.value }
    #expect(done.count.load(ordering: .relaxed) == 20_000)
  }

  @Test func fault10TheDefaultLoopIsNotUsed() throws {
    let sources = try sourceText()
    #expect(!sources.contains("uv_default_loop("))
    #expect(sources.contains("uv_loop_init("))
  }

  @Test @EventLoop func slowWorkRunsBesideTheLoop() async {
    let loopThread = UInt(pthread_self())
    let worker = await Workers.run { UInt(pthread_self()) }
    #expect(worker != loopThread)
    #expect(UInt(pthread_self()) == loopThread)
  }

  @Test @EventLoop func namesResolveAndUnknownOnesSaySo() async throws {
    #expect(try await Resolver.addresses(of: "127.0.0.1", port: 80, timeoutMs: 1) == [SocketAddress("127.0.0.1:80")!])
    let local = try await Resolver.addresses(of: "localhost", port: 80, timeoutMs: 60_000)
    #expect(local.contains { $0.port == 80 })
    let error = await refusal {
      _ = try await Resolver.addresses(of: "no-such-host.invalid", port: 80, timeoutMs: 60_000)
    }
    #expect(error?.code == .nameNotFound)
  }

  @Test @EventLoop func aLookUpIsGivenUpWhenItsTimeIsOver() async {
    // Every worker is kept busy, so the look-up cannot even begin.
    let gate = DispatchSemaphore(value: 0)
    var busy = 0
    for _ in 0..<16 {
      EventLoop.spawn {
        busy += 1
        await Workers.run { gate.wait() }
      }
    }
    while busy < 16 { await Task.yield() }
    let error = await refusal { _ = try await Resolver.addresses(of: "localhost", port: 80, timeoutMs: 5) }
    for _ in 0..<16 { gate.signal() }
    #expect(error?.code == .timedOut)
    // The answer that comes after all finds nobody and does no harm.
    await turn()
  }

  @EventLoop private static func onLoop(_ body: @Sendable () -> Void) async { body() }

  /// Lets the loop go round, so that close callbacks have run.
  @EventLoop private func turn() async { await Workers.run {} }

  @EventLoop private final class Counter { var count = 0 }
  private final class Tally: Sendable { let count = Atomic<Int>(0) }

  private func sourceText() throws -> String {
    let folder = #filePath.replacingOccurrences("Tests/Core/ReactorTests/TenFaultsTests.swift", "Sources/Core/Reactor")
    let names = FileManager.default.enumerator(atPath: folder)?.allObjects ?? []
    return try names.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.map {
      try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8)
    }.joined()
  }
}

extension String {
  fileprivate func replacingOccurrences(_ part: String, _ other: String) -> String {
    guard let range = self.firstRange(of: part) else { return self }
    return String(self[..<range.lowerBound]) + other + String(self[range.upperBound...])
  }
}
