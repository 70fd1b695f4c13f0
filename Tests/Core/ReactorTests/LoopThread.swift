import Bytes
import Glibc
import Reactor
import Testing

/// The event loop on a thread of its own, started by the first test that needs it; tests marked @EventLoop run there.
enum LoopThread {
  static let started: Bool = {
    var thread = pthread_t()
    // SAFETY: the thread gets no argument and never ends.
    unsafe pthread_create(
      &thread, nil,
      { _ in
        EventLoop.run {}
        return nil
      }, nil)
    return true
  }()
}

/// A listener and both ends of one connection through it.
@EventLoop
struct Pair {
  let listener: StreamListener
  let client: ByteStream
  let server: ByteStream

  static func open(on address: SocketAddress = SocketAddress("127.0.0.1:0")!) async throws -> Pair {
    let accepted = Accepted()
    let listener = try StreamListener(on: address) { accepted.arrived($0) }
    let client = ByteStream(isPath: listener.address.kind == .path)
    try await client.connect(to: listener.address, timeoutMs: 5000)
    return Pair(listener: listener, client: client, server: await accepted.first())
  }

  func close() {
    client.close()
    server.close()
    listener.close()
  }
}

@EventLoop
final class Accepted {
  private var streams: [ByteStream] = []
  private let waiter = Waiter()

  func arrived(_ stream: ByteStream) {
    streams.append(stream)
    waiter.wake()
  }

  func first() async -> ByteStream {
    if streams.isEmpty { await waiter.wait() }
    return streams.removeFirst()
  }
}

extension ByteStream {
  /// Everything until the peer ends.
  func everything() async throws -> [UInt8] {
    var more = true
    while more { more = try await receive(timeoutMs: 20_000) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(inbound.count)
    for index in 0..<inbound.count { bytes.append(inbound.span[index]) }
    inbound.removeAll()
    return bytes
  }

  func text(_ count: Int) async throws -> String {
    var more = true
    while more, inbound.count < count { more = try await receive(timeoutMs: 20_000) }
    let text = String(inbound.span.extracting(0..<min(count, inbound.count)))
    let taken = min(count, inbound.count)
    inbound.consume(taken)
    return text
  }
}

/// The error `body` ends with, nil when it ends well.
@EventLoop func refusal(_ body: @EventLoop () async throws -> Void) async -> ReactorError? {
  do {
    try await body()
    return nil
  } catch {
    return error as? ReactorError
  }
}
