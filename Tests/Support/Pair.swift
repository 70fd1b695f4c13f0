// Pair: two ends of a real connection on loopback, and what tests ask of them.

import Bytes
import Reactor

/// A listener and both ends of one connection through it.
@EventLoop
public struct Pair {
  public let listener: StreamListener
  public let client: ByteStream
  public let server: ByteStream

  public static func open(on address: SocketAddress = SocketAddress("127.0.0.1:0")!) async throws -> Pair {
    let accepted = Accepted()
    let listener = try StreamListener(on: address) { accepted.arrived($0) }
    let client = ByteStream(isPath: listener.address.kind == .path)
    try await client.connect(to: listener.address, timeoutMs: 60_000)
    return Pair(listener: listener, client: client, server: await accepted.first())
  }

  public func close() {
    client.close()
    server.close()
    listener.close()
  }
}

/// What a listener has accepted and no test has taken yet.
@EventLoop
public final class Accepted {
  private var streams: [ByteStream] = []
  private let waiter = Waiter()
  private var isClosed = false

  public init() {}

  public func arrived(_ stream: ByteStream) {
    if isClosed { return stream.close() }
    streams.append(stream)
    waiter.wake()
  }

  public func first() async -> ByteStream {
    if streams.isEmpty { await waiter.wait() }
    return streams.removeFirst()
  }

  /// Closes what nobody took and what still comes.
  public func close() {
    isClosed = true
    for stream in streams { stream.close() }
    streams.removeAll()
  }
}

extension ByteStream {
  /// Writes and sends `text`.
  public func say(_ text: String) {
    write(ByteSlice(text))
    flush()
  }

  /// Waits until `count` bytes lie here unread, so that a short timeout begins when they have arrived.
  public func hold(_ count: Int) async {
    startReading()
    await TestSupport.wait { inbound.count >= count }
  }

  /// Everything until the peer ends.
  public func everything() async throws -> [UInt8] {
    var more = true
    while more { more = try await receive(timeoutMs: 60_000) }
    let taken = inbound.take()
    // SAFETY: the slice is kept while its bytes are copied; one by one, a debug build would take seconds.
    return unsafe Array(taken.unsafeBytes)
  }

  /// The next `count` bytes; fewer when the peer ends before.
  public func text(_ count: Int) async throws -> String {
    var more = true
    while more, inbound.count < count { more = try await receive(timeoutMs: 60_000) }
    let text = String(inbound.span.extracting(0..<min(count, inbound.count)))
    let taken = min(count, inbound.count)
    inbound.consume(taken)
    return text
  }
}

/// The error `body` ends with, nil when it ends well.
@EventLoop public func refusal(_ body: @EventLoop () async throws -> Void) async -> ReactorError? {
  do {
    try await body()
    return nil
  } catch {
    return error as? ReactorError
  }
}
