import Bytes
import Foundation
import Reactor
import TestSupport
import Testing

@Suite(.serialized) struct ByteStreamTests {
  init() { #expect(LoopThread.started) }

  @Test @EventLoop func bytesCrossBothWaysOverTCPAndUnixSockets() async throws {
    for address in ["127.0.0.1:0", "[::1]:0", "unix:\(temporaryPath())"] { try await talk(on: SocketAddress(address)!) }
  }

  @EventLoop private func talk(on address: SocketAddress) async throws {
    let pair = try await Pair.open(on: address)
    defer { pair.close() }
    pair.client.write(ByteSlice("ping"))
    pair.client.write(ByteSlice(" pong"))
    pair.client.flush()
    #expect(try await pair.server.text(9) == "ping pong")
    pair.server.write(ByteSlice("back"))
    pair.server.flush()
    #expect(try await pair.client.text(4) == "back")
  }

  @Test @EventLoop func aWriterLargerThanTheSocketWaitsAndNothingIsLost() async throws {
    let pair = try await Pair.open()
    defer { pair.close() }
    var buffer = ByteBuffer()
    for line in 0..<400_000 {
      buffer.append("a line of no particular length, number ")
      buffer.append(decimal: line)
    }
    let size = buffer.count
    let sent = buffer.take()
    pair.client.write(sent)
    pair.client.flush()
    #expect(pair.client.pendingBytes > 0)
    pair.client.closeAfterFlush()
    let received = try await pair.server.everything()
    #expect(received.count == size)
    let same = received.span.equals(sent.span)
    #expect(same)
  }

  @Test @EventLoop func anExpectedBodyIsReadIntoPlace() async throws {
    let pair = try await Pair.open()
    defer { pair.close() }
    let body = ByteSlice(String(repeating: "x", count: 3 << 20))
    pair.server.expect(body.count)
    let spare = pair.server.inbound.spareCapacity
    pair.client.write(body)
    pair.client.flush()
    var more = true
    while more, pair.server.inbound.count < body.count { more = try await pair.server.receive(timeoutMs: 20_000) }
    #expect(pair.server.inbound.count == body.count)
    #expect(spare >= body.count && pair.server.inbound.spareCapacity == spare - body.count)
  }

  @Test @EventLoop func aReaderThatWaitsTooLongIsToldSoAndMayGoOn() async throws {
    let pair = try await Pair.open()
    defer { pair.close() }
    let error = await refusal { _ = try await pair.server.receive(timeoutMs: 10) }
    #expect(error?.code == .timedOut)
    pair.client.write(ByteSlice("late"))
    pair.client.flush()
    #expect(try await pair.server.text(4) == "late")
  }

  @Test @EventLoop func anInterruptionWakesTheReader() async throws {
    let pair = try await Pair.open()
    defer { pair.close() }
    let server = pair.server
    EventLoop.spawn { server.interrupt() }
    let error = await refusal { _ = try await server.receive() }
    #expect(error?.code == .interrupted)
  }

  @Test @EventLoop func aPeerThatLeavesWhileNobodyReadsIsNoticed() async throws {
    let pair = try await Pair.open()
    defer { pair.close() }
    let left = Waiter()
    pair.server.startReading()
    pair.server.onEnd = { left.wake() }
    pair.client.close()
    await left.wait()
    #expect(pair.server.isEnded)
  }

  @Test @EventLoop func aRefusedConnectionSaysWhereAndWhy() async throws {
    let listener = try StreamListener(on: SocketAddress("127.0.0.1:0")!) { $0.close() }
    let address = listener.address
    listener.close()
    let stream = ByteStream(isPath: false)
    defer { stream.close() }
    let error = await refusal { try await stream.connect(to: address, timeoutMs: 5000) }
    #expect(error?.description == "connect to \(address): connection refused")
  }

  @Test @EventLoop func aPortInUseIsNamed() throws {
    let first = try StreamListener(on: SocketAddress("127.0.0.1:0")!) { $0.close() }
    defer { first.close() }
    let error = #expect(throws: ReactorError.self) { _ = try StreamListener(on: first.address) { $0.close() } }
    #expect(error?.code == .addressInUse)
    #expect(error?.description == "listen on \(first.address): address already in use")
  }

  @Test @EventLoop func lastWordsArriveThoughThePeerKeepsSending() async throws {
    let pair = try await Pair.open()
    defer { pair.close() }
    pair.client.write(ByteSlice(String(repeating: "y", count: 2 << 20)))
    pair.client.flush()
    pair.server.write(ByteSlice("413 too large"))
    pair.server.closeAfterFlush()
    let heard = try await pair.client.everything()
    #expect(String(decoding: heard, as: UTF8.self) == "413 too large")
  }

  private func temporaryPath() -> String {
    FileManager.default.temporaryDirectory.appendingPathComponent("aigw-\(getpid()).sock").path
  }
}
