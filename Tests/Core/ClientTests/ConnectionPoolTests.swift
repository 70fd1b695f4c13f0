import Bytes
import Exchange
import Glibc
import HTTP
import Reactor
import TestSupport
import Testing

@testable import Client

@Suite(.serialized) struct ConnectionPoolTests {
  init() { #expect(LoopThread.started) }

  @Test @EventLoop func aRequestGoesUpInOnePieceAndItsReplyComesDown() async throws {
    let provider = try Provider()
    defer { provider.close() }
    let upstream = try await provider.pool.acquire { _ in }
    #expect(upstream.isUntouched && !upstream.wasUsed && !upstream.isReusable)
    let far = await provider.accepted.first()
    defer { far.close() }
    try upstream.send(
      head: ByteSlice("POST / HTTP/1.1\r\n\r\n"), body: [ByteSlice("{\"a\""), ByteSlice(":1}")], method: .post)
    #expect(try await far.text(26) == "POST / HTTP/1.1\r\n\r\n{\"a\":1}")
    far.say("HTTP/1.1 200 OK\r\nContent-Le")
    far.say("ngth: 5\r\n\r\nhel")
    var body = ByteBuffer()
    guard case .head(let reply) = try await upstream.next(body: &body) else { throw Unexpected() }
    #expect(reply.status == 200 && !upstream.isUntouched)
    far.say("lo")
    while case .body = try await upstream.next(body: &body) {}
    #expect(String(body.span) == "hello")
    #expect(upstream.isReusable)
    upstream.close()
  }

  @Test @EventLoop func theNewestConnectionIsLentFirst() async throws {
    let provider = try Provider()
    defer { provider.close() }
    let (first, firstFar) = try await provider.used()
    let (second, secondFar) = try await provider.used()
    defer { firstFar.close(); secondFar.close() }
    #expect(first !== second)
    provider.pool.release(first)
    provider.pool.release(second)
    var opened = 0
    #expect(try await provider.pool.acquire { _ in opened += 1 } === second)
    #expect(try await provider.pool.acquire { _ in opened += 1 } === first)
    #expect(opened == 0 && first.wasUsed && second.wasUsed)
    provider.pool.release(second)
    let fresh = try await provider.pool.acquire(fresh: true) { _ in opened += 1 }
    #expect(fresh !== second && fresh !== first && !fresh.wasUsed && opened == 1)
    fresh.close()
    first.close()
  }

  @Test @EventLoop func anIdleConnectionTheBackendClosesIsDropped() async throws {
    let provider = try Provider()
    defer { provider.close() }
    let (upstream, far) = try await provider.used()
    provider.pool.release(upstream)
    far.close()
    await wait { upstream.channel.isEnded }
    let next = try await provider.pool.acquire { _ in }
    #expect(next !== upstream && !next.wasUsed)
    next.close()
  }

  /// `HTTP/1.1 408` on a connection that was kept too long: taken as the reply to the next request, it would be an
  /// answer nobody asked for.
  @Test @EventLoop func anIdleConnectionThatSpeaksUnaskedIsDropped() async throws {
    let provider = try Provider()
    defer { provider.close() }
    let (upstream, far) = try await provider.used()
    defer { far.close() }
    provider.pool.release(upstream)
    far.say("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n")
    await wait { !upstream.channel.stream.inbound.isEmpty || upstream.channel.isEnded }
    let next = try await provider.pool.acquire { _ in }
    #expect(next !== upstream)
    next.close()
  }

  @Test(arguments: [
    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nmore than was asked for",
    "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
  ])
  @EventLoop func aConnectionThatMayNotBeUsedAgainIsClosed(_ reply: String) async throws {
    let provider = try Provider()
    defer { provider.close() }
    let (upstream, far) = try await provider.used(reply: reply)
    defer { far.close() }
    #expect(!upstream.isReusable)
    provider.pool.release(upstream)
    #expect(upstream.channel.isEnded)
    #expect(try await far.everything().isEmpty)
  }

  @Test @EventLoop func aClosedPoolClosesWhatIsReturnedToIt() async throws {
    let provider = try Provider()
    defer { provider.close() }
    let (idle, idleFar) = try await provider.used()
    let (lent, lentFar) = try await provider.used()
    defer { idleFar.close(); lentFar.close() }
    provider.pool.release(idle)
    provider.pool.close()
    #expect(idle.channel.isEnded && !lent.channel.isEnded)
    provider.pool.release(lent)
    #expect(lent.channel.isEnded)
  }

  // MARK: faults

  @Test @EventLoop func aRefusedConnectionSaysWhereAndWhy() async throws {
    let provider = try Provider()
    provider.close()
    let fault = await fault { _ = try await provider.pool.acquire { _ in } }
    #expect(fault == .unreachable("connect to \(provider.address): connection refused"))
  }

  @Test @EventLoop func aBackendThatDoesNotAcceptTimesOut() async throws {
    let full = try FullBacklog()
    let pool = try ConnectionPool(
      to: .init(
        isTLS: false, host: "127.0.0.1", port: full.port, authority: "full", timeouts: .init(connectMs: 40)),
      limits: HTTPLimits())
    defer { pool.close() }
    var opened: [ByteStream] = []
    let fault = await fault { _ = try await pool.acquire { opened.append($0) } }
    #expect(fault == .timedOut(.connect, afterMs: 40))
    #expect(fault?.message == "no connection within 40 ms")
    #expect(opened.count == 1 && opened[0].isEnded)
  }

  @Test @EventLoop func aCAFileThatCannotBeUsedIsRefusedBeforeAnyCall() async {
    let fault = await fault {
      _ = try ConnectionPool(
        to: .init(isTLS: true, host: "127.0.0.1", port: 1, authority: "test", caFile: "no-such-ca.pem"),
        limits: HTTPLimits())
    }
    #expect(fault?.message.hasPrefix("no-such-ca.pem: ") == true)
  }

  @Test @EventLoop func anAgentThatLeavesInterruptsTheConnecting() async throws {
    let full = try FullBacklog()
    let pool = try ConnectionPool(
      to: .init(isTLS: false, host: "127.0.0.1", port: full.port, authority: "full"), limits: HTTPLimits())
    defer { pool.close() }
    let fault = await fault {
      _ = try await pool.acquire { stream in EventLoop.spawn { stream.interrupt() } }
    }
    #expect(fault == .interrupted)
  }

  static let waits: [(said: String, fault: ClientFault)] = [
    ("", .timedOut(.firstByte, afterMs: 30)), ("HTTP/1.1 200 OK\r\n", .timedOut(.firstByte, afterMs: 30)),
    ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", .timedOut(.idle, afterMs: 20)),
    ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", .timedOut(.idle, afterMs: 20)),
  ]

  @Test(arguments: waits.indices) @EventLoop func aSilentBackendIsGivenUpOn(row: Int) async throws {
    let fault = try await faultAfter(Self.waits[row].said, firstByteMs: 30, idleMs: 20) { _ in }
    #expect(fault == Self.waits[row].fault)
  }

  static let cuts: [(said: String, fault: ClientFault)] = [
    ("", .broken("The provider closed the connection before its reply began.")),
    ("HTTP/1.1 2", .broken("The provider closed the connection inside the head of its reply.")),
    (
      "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc",
      .broken("The provider closed the connection with 6 bytes of its reply missing.")
    ),
    (
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
      .broken("The provider closed the connection before the last chunk of its reply.")
    ),
  ]

  @Test(arguments: cuts.indices) @EventLoop func aReplyCutShortSaysWhere(row: Int) async throws {
    let fault = try await faultAfter(Self.cuts[row].said) { $0.closeAfterFlush() }
    #expect(fault == Self.cuts[row].fault)
  }

  @Test @EventLoop func whatIsNoHTTPIsMalformed() async throws {
    guard case .malformed(let reason)? = try await faultAfter("SSH-2.0-OpenSSH_9.2\r\n", { _ in }) else {
      throw Unexpected()
    }
    #expect(reason.hasPrefix("The provider's reply is not valid HTTP/1.1: "))
  }

  // MARK: inside

  /// The fault with which a reply ends of which `said` came.
  @EventLoop private func faultAfter(
    _ said: String, firstByteMs: Int64 = 60_000, idleMs: Int64 = 60_000, _ then: (ByteStream) -> Void
  ) async throws -> ClientFault? {
    let provider = try Provider(firstByteMs: firstByteMs, idleMs: idleMs)
    defer { provider.close() }
    let upstream = try await provider.pool.acquire { _ in }
    let far = await provider.accepted.first()
    try upstream.send(head: ByteSlice("GET / HTTP/1.1\r\n\r\n"), body: [], method: .get)
    _ = try await far.text(18)
    far.say(said)
    await upstream.stream.hold(said.utf8.count)
    then(far)
    let fault = await fault {
      var body = ByteBuffer()
      while true { if case .end = try await upstream.next(body: &body) { return } }
    }
    #expect(!upstream.isReusable)
    upstream.close()
    far.close()
    return fault
  }

  @EventLoop private func fault(_ body: @EventLoop () async throws -> Void) async -> ClientFault? {
    do {
      try await body()
      return nil
    } catch {
      return error as? ClientFault
    }
  }
}

private struct Unexpected: Error {}

/// A backend on loopback, and a pool of connections to it.
@EventLoop private final class Provider {
  let accepted = Accepted()
  let address: SocketAddress
  let pool: ConnectionPool
  private let listener: StreamListener

  init(firstByteMs: Int64 = 60_000, idleMs: Int64 = 60_000) throws {
    let accepted = accepted
    listener = try StreamListener(on: SocketAddress("127.0.0.1:0")!) { accepted.arrived($0) }
    address = listener.address
    pool = try ConnectionPool(
      to: .init(
        isTLS: false, host: "127.0.0.1", port: address.port, authority: "test",
        timeouts: .init(connectMs: 60_000, firstByteMs: firstByteMs, idleMs: idleMs)), limits: HTTPLimits())
  }

  func close() {
    pool.close()
    listener.close()
    accepted.close()
  }

  /// A new connection that has carried one exchange, and the backend's end of it.
  func used(
    reply: String = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
  ) async throws -> (ClientConnection, far: ByteStream) {
    let upstream = try await pool.acquire(fresh: true) { _ in }
    let far = await accepted.first()
    try upstream.send(head: ByteSlice("GET / HTTP/1.1\r\n\r\n"), body: [], method: .get)
    _ = try await far.text(18)
    far.say(reply)
    var body = ByteBuffer()
    while true { if case .end = try await upstream.next(body: &body) { return (upstream, far) } }
  }
}

/// A port whose queue of connections is full, so that the kernel leaves further ones without an answer.
private final class FullBacklog {
  let port: UInt16
  private let sockets: [Int32]

  init() throws {
    func socket() -> Int32 { Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_NONBLOCK, 0) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listening = socket()
    // SAFETY: the address lives for the length of the calls and its size is given.
    unsafe withUnsafeMutablePointer(to: &address) { pointer in
      let any = unsafe UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: sockaddr.self)
      unsafe _ = bind(listening, any, size)
      _ = listen(listening, 0)
      unsafe _ = getsockname(listening, any, &size)
    }
    let filling = [socket(), socket(), socket()]
    for one in filling {
      unsafe withUnsafePointer(to: &address) { pointer in
        let any = unsafe UnsafeRawPointer(pointer).assumingMemoryBound(to: sockaddr.self)
        unsafe _ = connect(one, any, size)
      }
    }
    port = UInt16(bigEndian: address.sin_port)
    sockets = [listening] + filling
  }

  deinit { for one in sockets { close(one) } }
}
