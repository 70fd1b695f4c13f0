import Bytes
import HTTP
import Reactor
import TestSupport
import Testing

@testable import Listener

@Suite(.serialized) struct AgentListenerTests {
  init() { #expect(LoopThread.started) }

  @Test @EventLoop func everyConnectionIsServedInItsTurnsUntilItEnds() async throws {
    let house = try House()
    let agents = [try await house.agent(), try await house.agent()]
    for round in 1...3 {
      for agent in agents {
        agent.say("GET /\(round) HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try await agent.text(2) == "/\(round)")
      }
    }
    #expect(house.listener.open.count == 2)
    agents[0].close()
    await wait { house.listener.open.count == 1 }
    agents[1].close()
    await house.listener.drain(graceMs: 60_000)
    #expect(house.listener.open.count == 0)
  }

  @Test @EventLoop func drainingEndsIdleConnectionsAndAcceptsNoMore() async throws {
    let house = try House()
    let address = house.listener.address
    let agent = try await house.agent()
    defer { agent.close() }
    agent.say("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try await agent.text(2) == "/1")
    await house.listener.drain(graceMs: 60_000)
    #expect(house.listener.open.count == 0)
    #expect(house.listener.address == address)
    #expect(try await agent.everything().isEmpty)
    let late = ByteStream(isPath: false)
    defer { late.close() }
    #expect(await refusal { try await late.connect(to: address, timeoutMs: 60_000) }?.code == .refused)
  }

  @Test @EventLoop func drainingWaitsForAReplyThatIsBeingWritten() async throws {
    let house = try House(holds: true)
    let agent = try await house.agent()
    defer { agent.close() }
    agent.say("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
    await wait { house.held == 1 }
    let listener: AgentListener = house.listener
    let draining = Task { @EventLoop in await listener.drain(graceMs: 60_000) }
    await Workers.run {}
    #expect(house.listener.open.count == 1)
    house.release()
    await draining.value
    #expect(try await agent.everything() == Array("/1".utf8), "the second request is not begun")
  }

  @Test @EventLoop func drainingCutsWhatHasNotEndedAfterItsGrace() async throws {
    let house = try House(holds: true)
    let agent = try await house.agent()
    defer { agent.close() }
    agent.say("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n")
    await wait { house.held == 1 }
    let listener: AgentListener = house.listener
    let draining = Task { @EventLoop in await listener.drain(graceMs: 20) }
    #expect(try await agent.everything().isEmpty)
    #expect(house.listener.open.count == 1, "its exchange may still settle")
    house.release()
    await draining.value
    #expect(house.listener.open.count == 0)
  }
}

/// A listener whose exchanges answer with the path they were asked for, at once or when released.
@EventLoop private final class House {
  private(set) var listener: AgentListener!
  private(set) var held = 0
  private var holds: Bool
  private let gate = Waiter()

  init(holds: Bool = false) throws {
    self.holds = holds
    listener = try AgentListener(
      on: SocketAddress("127.0.0.1:0")!, limits: { ConnectionLimits() }, serve: { [unowned self] in await serve($0) })
  }

  func agent() async throws -> ByteStream {
    let stream = ByteStream(isPath: false)
    try await stream.connect(to: listener.address, timeoutMs: 60_000)
    return stream
  }

  func release() {
    holds = false
    gate.wake()
  }

  private func serve(_ agent: AgentConnection) async {
    while let request = try? await agent.nextRequest() {
      held += 1
      if holds { await gate.wait() }
      agent.send(ByteSlice(String(request.path)))
      agent.replied()
    }
  }
}
