import Bytes
import Reactor
import TestSupport
import Testing

@testable import TLS

/// Over a real connection on loopback, the event loop between them.
@Suite(.serialized) struct ChannelTests {
  let trusting: TLSContext
  let serving: TLSContext

  init() async throws {
    #expect(LoopThread.started)
    // Making certificates takes its time, which the loop would be missing.
    let certificates = await Workers.run { Certificates.shared }
    trusting = try .client(trust: .file(certificates.authority))
    serving = try .server(certificateFile: certificates.good.certificate, keyFile: certificates.good.key)
  }

  @Test(arguments: [false, true])
  @EventLoop func bytesCrossBothWaysAndTheEndIsTold(isTLS: Bool) async throws {
    let line = try await open(isTLS: isTLS)
    defer { line.pair.close() }
    try line.client.write(ByteSlice("ping"))
    try line.client.write(ByteSlice(" pong"))
    line.client.flush()
    #expect(try await line.server.text(9) == "ping pong")
    try line.server.write(ByteSlice("last words"))
    line.server.flush()
    line.server.close()
    #expect(try await line.client.text(10) == "last words")
    #expect(try await line.client.receive(timeoutMs: 60_000) == false)
    #expect(try await line.client.receive(timeoutMs: 60_000) == false)
    #expect(line.client.isEnded)
  }

  @Test(arguments: [false, true])
  @EventLoop func aMegabyteArrivesWholeAndInOrder(isTLS: Bool) async throws {
    let line = try await open(isTLS: isTLS)
    defer { line.pair.close() }
    let sent = await Workers.run { ByteSlice(copying: pattern(1 << 20).span) }
    let server = line.server
    let sending = Task { @EventLoop in
      try server.write(sent)
      server.flush()
      try await server.drained(timeoutMs: 60_000)
    }
    while line.client.available < sent.count, try await line.client.receive(timeoutMs: 60_000) {}
    try await sending.value
    let isSame = line.client.withInbound { $0.span.equals(sent.span) }
    #expect(isSame)
  }

  @Test(arguments: [false, true])
  @EventLoop func aSilentPeerTimesOutAndMayStillSpeak(isTLS: Bool) async throws {
    let line = try await open(isTLS: isTLS)
    defer { line.pair.close() }
    let error = await refusal { _ = try await line.client.receive(timeoutMs: 10) }
    guard case .stream(let reason)? = error else { throw Unexpected() }
    #expect(reason.code == .timedOut)
    try line.server.write(ByteSlice("late"))
    line.server.flush()
    #expect(try await line.client.text(4) == "late")
  }

  @Test @EventLoop func aPlainHandshakeIsNone() async throws {
    let pair = try await Pair.open()
    defer { pair.close() }
    try await Channel(pair.client).handshake(timeoutMs: 1)
    #expect(pair.client.pendingBytes == 0)
  }

  // MARK: endings

  @Test @EventLoop func aTLSPeerThatEndsWithoutSayingSoIsAnErrorThatSaysSo() async throws {
    let line = try await open(isTLS: true)
    defer { line.pair.close() }
    try line.server.write(ByteSlice("half a re"))
    line.server.flush()
    line.pair.server.closeAfterFlush()
    #expect(try await line.client.text(9) == "half a re")
    let error = await refusal { _ = try await line.client.receive(timeoutMs: 60_000) }
    #expect(error == .tls(.truncated(peer: "localhost")))
    #expect(
      error?.message == "localhost ended the connection without TLS's farewell: what it sent last may be incomplete")
  }

  @Test @EventLoop func aPeerThatLeavesDuringTheHandshakeIsNamed() async throws {
    let pair = try await Pair.open()
    defer { pair.close() }
    let client = Channel(pair.client, session: try TLSSession(client: trusting, hostName: "localhost"))
    pair.server.closeAfterFlush()
    let error = await refusal { try await client.handshake(timeoutMs: 60_000) }
    #expect(error == .tls(.endedDuringHandshake(peer: "localhost")))
  }

  @Test @EventLoop func aPeerThatSpeaksHTTPInsteadOfTLSIsNamed() async throws {
    let pair = try await Pair.open()
    defer { pair.close() }
    let client = Channel(pair.client, session: try TLSSession(client: trusting, hostName: "localhost"))
    pair.server.say("HTTP/1.1 400 Bad Request\r\n\r\n")
    let error = await refusal { try await client.handshake(timeoutMs: 60_000) }
    #expect(error == .tls(.notTLS(peer: "localhost", plainHTTP: true)))
  }

  @Test @EventLoop func aPeerThatNeverAnswersTheHandshakeTimesOut() async throws {
    let pair = try await Pair.open()
    defer { pair.close() }
    let client = Channel(pair.client, session: try TLSSession(client: trusting, hostName: "localhost"))
    let error = await refusal { try await client.handshake(timeoutMs: 20) }
    guard case .stream(let reason)? = error else { throw Unexpected() }
    #expect(reason.code == .timedOut)
  }

  /// A client's last handshake message and its request may arrive in one read.
  @Test @EventLoop func whatCameWithTheHandshakeIsThereToBeRead() async throws {
    let pair = try await Pair.open()
    defer { pair.close() }
    let server = Channel(pair.server, session: try TLSSession(server: serving))
    let client = try TLSSession(client: trusting, hostName: "localhost")
    let greeting = Task { @EventLoop in try await server.handshake(timeoutMs: 60_000) }
    send(client, over: pair.client)
    while !client.isEstablished, try await pair.client.receive(timeoutMs: 60_000) {
      let bytes = pair.client.inbound.take()
      try client.received(bytes.span)
    }
    try client.write("GET /".utf8.span)
    send(client, over: pair.client)
    try await greeting.value
    #expect(try await server.text(5) == "GET /")
  }

  // MARK: inside

  private struct Unexpected: Error {}

  @EventLoop private struct Line {
    let pair: Pair
    let client: Channel
    let server: Channel
  }

  @EventLoop private func open(isTLS: Bool) async throws -> Line {
    let pair = try await Pair.open()
    let client = Channel(pair.client, session: isTLS ? try TLSSession(client: trusting, hostName: "localhost") : nil)
    let server = Channel(pair.server, session: isTLS ? try TLSSession(server: serving) : nil)
    let greeting = Task { @EventLoop in try await server.handshake(timeoutMs: 60_000) }
    try await client.handshake(timeoutMs: 60_000)
    try await greeting.value
    return Line(pair: pair, client: client, server: server)
  }

  @EventLoop private func send(_ session: TLSSession, over stream: ByteStream) {
    var ciphertext = ByteBuffer()
    session.takeCiphertext(into: &ciphertext)
    stream.write(ciphertext.take())
    stream.flush()
  }

  /// The error `body` ends with, nil when it ends well.
  @EventLoop private func refusal(_ body: @EventLoop () async throws -> Void) async -> ChannelError? {
    do {
      try await body()
      return nil
    } catch {
      return error as? ChannelError
    }
  }
}

extension Channel {
  fileprivate var available: Int { withInbound { $0.count } }

  /// The next `count` bytes; fewer when the peer ends before.
  fileprivate func text(_ count: Int) async throws -> String {
    while available < count, try await receive(timeoutMs: 60_000) {}
    return withInbound { inbound in
      let taken = min(count, inbound.count)
      let text = String(inbound.span.extracting(0..<taken))
      inbound.consume(taken)
      return text
    }
  }
}
