import Bytes
import HTTP
import Reactor
import TestSupport
import Testing

@testable import Listener

/// Over a real connection on loopback: what the agent sends, what comes of it.
@Suite(.serialized) struct AgentConnectionTests {
  init() { #expect(LoopThread.started) }

  @Test @EventLoop func pipelinedRequestsComeOneByOneInTheirOrder() async throws {
    let pair = try await Pair.open()
    defer { pair.close() }
    let agent = AgentConnection(pair.server, limits: limits())
    pair.client.say(
      "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\ntwo"
        + "GET /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET /4 HTTP/1.1\r\nHost: a\r\n\r\n")
    for (path, body) in [("/1", ""), ("/2", "two"), ("/3", "")] {
      let request = try #require(try await agent.nextRequest())
      #expect(String(request.path) == path && text(request.body) == body)
      #expect(agent.isLast == (path == "/3"))
      agent.send(ByteSlice(path))
      agent.replied()
    }
    // The agent said that the third was its last.
    #expect(try await agent.nextRequest() == nil)
    #expect(try await pair.client.text(6) == "/1/2/3")
  }

  @Test @EventLoop func aRequestInManyPiecesComesWhole() async throws {
    let pair = try await Pair.open()
    defer { pair.close() }
    let agent = AgentConnection(pair.server, limits: limits())
    let next = Task { @EventLoop in try await agent.nextRequest() }
    for piece in ["\r", "\nPOST /1 HT", "TP/1.1\r\nHost: a\r\nContent-", "Length: 6\r\n\r", "\nabc", "def"] {
      pair.client.say(piece)
      await Workers.run {}
    }
    let request = try #require(try await next.value)
    #expect(String(request.path) == "/1" && text(request.body) == "abcdef")
  }

  @Test @EventLoop func continueIsSaidOnceHoweverSlowTheBody() async throws {
    let pair = try await Pair.open()
    defer { pair.close() }
    let agent = AgentConnection(pair.server, limits: limits())
    let next = Task { @EventLoop in try await agent.nextRequest() }
    pair.client.say("POST /1 HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n")
    #expect(try await pair.client.text(25) == "HTTP/1.1 100 Continue\r\n\r\n")
    for piece in ["b", "o", "d", "y"] {
      pair.client.say(piece)
      await Workers.run {}
    }
    #expect(text(try #require(try await next.value).body) == "body")
    agent.send(ByteSlice("reply"))
    pair.server.closeAfterFlush()
    #expect(try await pair.client.everything() == Array("reply".utf8))
  }

  @Test @EventLoop func anAgentThatSendsItsBodyAtOnceIsNotToldToContinue() async throws {
    let pair = try await Pair.open()
    defer { pair.close() }
    let agent = AgentConnection(pair.server, limits: limits())
    pair.client.say("POST /1 HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nok")
    _ = try await agent.nextRequest()
    agent.send(ByteSlice("reply"))
    pair.server.closeAfterFlush()
    #expect(try await pair.client.everything() == Array("reply".utf8))
  }

  // MARK: slowness

  static let slow: [(said: String, refusal: HTTPError)] = [
    ("POST /1 HTT", HTTPError(status: 408, "The request's head did not arrive within 30 ms.")),
    ("POST /1 HTTP/1.1\r\nHost: a\r\n", HTTPError(status: 408, "The request's head did not arrive within 30 ms.")),
    (
      "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf",
      HTTPError(status: 408, "The request's body stalled for 40 ms.")
    ),
    (
      "POST /1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf",
      HTTPError(status: 408, "The request's body stalled for 40 ms.")
    ),
  ]

  @Test(arguments: slow.indices) @EventLoop func aRequestThatStallsIsRefused(row: Int) async throws {
    let pair = try await Pair.open()
    defer { pair.close() }
    let agent = AgentConnection(pair.server, limits: limits(headMs: 30, idleMs: 40))
    pair.client.say(Self.slow[row].said)
    await pair.server.hold(Self.slow[row].said.utf8.count)
    #expect(await refusal(agent) == Self.slow[row].refusal)
  }

  @Test @EventLoop func aHeadThatDripsIsTimedFromItsFirstByte() async throws {
    let pair = try await Pair.open()
    defer { pair.close() }
    let agent = AgentConnection(pair.server, limits: limits(headMs: 60, idleMs: 60_000))
    let client = pair.client
    // Each byte comes in time for itself; together they never end.
    let drip = Ticker(everyMs: 5) { client.say("x") }
    client.say("GET /")
    let error = await refusal(agent)
    drip.close()
    #expect(error?.status == 408)
  }

  @Test @EventLoop func anIdleConnectionEndsQuietly() async throws {
    let pair = try await Pair.open()
    defer { pair.close() }
    let agent = AgentConnection(pair.server, limits: limits(idleMs: 20))
    #expect(try await agent.nextRequest() == nil)
    pair.client.say("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n")
    await pair.server.hold(28)
    #expect(try await agent.nextRequest() != nil)
    agent.replied()
    #expect(try await agent.nextRequest() == nil)
    #expect(!agent.isGone)
  }

  // MARK: endings

  @Test(arguments: ["", "GET /1 HT", "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf"])
  @EventLoop func anAgentThatLeavesEndsTheConnection(said: String) async throws {
    let pair = try await Pair.open()
    defer { pair.close() }
    let agent = AgentConnection(pair.server, limits: limits())
    pair.client.say(said)
    pair.client.closeAfterFlush()
    #expect(try await agent.nextRequest() == nil)
    #expect(agent.isGone)
  }

  @Test @EventLoop func whatIsNoHTTPIsRefusedWithItsStatus() async throws {
    let pair = try await Pair.open()
    defer { pair.close() }
    let agent = AgentConnection(pair.server, limits: limits())
    pair.client.say("GET / HTTP/2.0\r\nHost: a\r\n\r\n")
    #expect(await refusal(agent)?.status == 505)
  }

  @Test @EventLoop func anAgentThatLeavesInterruptsWhatItsExchangeWaitsFor() async throws {
    let pair = try await Pair.open()
    let upstream = try await Pair.open()
    defer { pair.close(); upstream.close() }
    let agent = AgentConnection(pair.server, limits: limits())
    pair.client.say("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n")
    _ = try await agent.nextRequest()
    agent.waitingFor = upstream.client
    pair.client.close()
    let error = await TestSupport.refusal { _ = try await upstream.client.receive(timeoutMs: 60_000) }
    #expect(error?.code == .interrupted)
    #expect(agent.isGone)
  }

  @Test @EventLoop func finishingSoonEndsAnIdleConnectionAndLetsABusyOneReply() async throws {
    let pair = try await Pair.open()
    defer { pair.close() }
    let agent = AgentConnection(pair.server, limits: limits())
    pair.client.say("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
    _ = try await agent.nextRequest()
    agent.finishSoon()
    agent.send(ByteSlice("reply"))
    agent.replied()
    try await agent.flushed()
    #expect(try await agent.nextRequest() == nil)
    #expect(try await pair.client.text(5) == "reply")
  }

  @Test @EventLoop func anAgentThatDoesNotTakeItsReplyHoldsUsBackAndTimesOut() async throws {
    let pair = try await Pair.open()
    defer { pair.close() }
    let agent = AgentConnection(pair.server, limits: limits(idleMs: 30))
    try await agent.keepUp()
    for _ in 0..<32 { agent.send(ByteSlice(String(repeating: "r", count: 1 << 20))) }
    let error = await TestSupport.refusal { try await agent.keepUp() }
    #expect(error?.code == .timedOut)
    #expect(await TestSupport.refusal { try await agent.flushed() }?.code == .timedOut)
  }

  // MARK: inside

  private func limits(headMs: Int64 = 60_000, idleMs: Int64 = 60_000) -> ConnectionLimits {
    var limits = ConnectionLimits()
    limits.headTimeoutMs = headMs
    limits.idleTimeoutMs = idleMs
    return limits
  }

  /// Why the next request is refused; nil when it is not.
  @EventLoop private func refusal(_ agent: AgentConnection) async -> HTTPError? {
    do throws(HTTPError) {
      _ = try await agent.nextRequest()
      return nil
    } catch {
      return error
    }
  }
}

/// Does something again and again until closed.
@EventLoop private final class Ticker {
  private var timer: Timer?

  init(everyMs: Int64, _ action: @escaping @EventLoop () -> Void) {
    timer = Timer { [unowned self] in
      action()
      timer?.set(milliseconds: everyMs)
    }
    timer?.set(milliseconds: everyMs)
  }

  func close() {
    timer?.close()
    timer = nil
  }
}
