import Bytes
import JSON
import Reactor
import TestSupport
import Testing

@testable import Control

@Suite(.serialized) struct SubscriptionTests {
  init() { #expect(LoopThread.started) }

  static let sidecar: JSONValue = ["sidecar": ["holder": "h", "name": "n", "version": "1"]]

  @Test @EventLoop func aSubscriberGetsEachStateAsItComes() async throws {
    try await Station.during { station in
      let feed = try await station.client().subscribe("Subscribe", Self.sidecar)
      defer { feed.close() }
      await wait { station.subscriptions.count == 1 }
      for generation in 1...5 {
        station.subscriptions[0].offer(state(Int64(generation)))
        let heard = try await feed.next(timeoutMs: 60_000)
        #expect(heard == state(Int64(generation)))
      }
    }
  }

  @Test @EventLoop func oneThatDoesNotReadIsSkippedAheadToTheNewest() async throws {
    try await Station.during { station in
      let stream = try await station.stream()
      stream.subscribe()
      await wait { station.subscriptions.count == 1 }
      let filler: JSONValue = ["filler": .string(String(repeating: "x", count: 1 << 20))]
      station.subscriptions[0].offer(state(1, filler))
      // The first state is on its way once its first bytes are here.
      await stream.hold(1)
      for generation in 2...100 {
        station.subscriptions[0].offer(state(Int64(generation), filler))
        await Workers.run {}
      }
      var generations: [Int64] = []
      while generations.last != 100 {
        let message = try #require(try await stream.message())
        generations.append(try VarlinkReply(reading: json(message)).parameters["generation"]!.integer!)
      }
      #expect(generations == [1, 100])
    }
  }

  @Test @EventLoop func aWatcherThatDoesNotReadIsToldHowManyItMissed() async throws {
    try await Station.during { station in
      let stream = try await station.stream()
      stream.call("Watch", #","more":true"#)
      await wait { station.subscriptions.count == 1 }
      let subject = String(repeating: "x", count: 300_000)
      station.subscriptions[0].offer(event(0, subject: subject))
      await stream.hold(1)
      for number in 1..<20 { station.subscriptions[0].offer(event(number, subject: subject)) }
      var heard: [Int64] = []
      var missed: Int64?
      while missed == nil {
        let message = try #require(try await stream.message())
        let parameters = try VarlinkReply(reading: json(message)).parameters
        missed = parameters["missed"]?.integer
        if let at = parameters["event"]?["at"]?.integer { heard.append(at) }
      }
      #expect(heard == [0, 1, 2, 3] && missed == 16)
    }
  }

  @Test @EventLoop func manySubscribersAllGetTheSameUpdate() async throws {
    try await Station.during { station in
      var feeds: [ControlFeed] = []
      defer { for feed in feeds { feed.close() } }
      for _ in 0..<100 { feeds.append(try await station.client().subscribe("Subscribe", Self.sidecar)) }
      await wait { station.subscriptions.count == 100 }
      let update = Update(state(2))
      for subscription in station.subscriptions { subscription.offer(update) }
      for feed in feeds {
        let heard = try await feed.next(timeoutMs: 60_000)
        #expect(heard == state(2))
      }
    }
  }

  @Test @EventLoop func aSubscriberThatLeavesIsNoticed() async throws {
    try await Station.during { station in
      let feed = try await station.client().subscribe("Subscribe", Self.sidecar)
      await wait { station.subscriptions.count == 1 }
      feed.close()
      await wait { station.gone == 1 }
      #expect(station.subscriptions[0].isGone)
      station.subscriptions[0].offer(state(1))
      var late = 0
      station.subscriptions[0].onGone { late += 1 }
      #expect(late == 1, "whoever asks too late is told at once")
      await wait { station.server.sessions.count == 0 }
    }
  }

  @Test @EventLoop func aSubscriberThatLeavesWhileItOwesIsNoticed() async throws {
    try await Station.during { station in
      let stream = try await station.stream()
      stream.subscribe()
      await wait { station.subscriptions.count == 1 }
      station.subscriptions[0].offer(state(1, ["filler": .string(String(repeating: "x", count: 4 << 20))]))
      await stream.hold(1)
      stream.close()
      await wait { station.gone == 1 && station.server.sessions.count == 0 }
    }
  }

  @Test @EventLoop func aSubscriberCanBeSentAway() async throws {
    try await Station.during { station in
      let feed = try await station.client().subscribe("Subscribe", Self.sidecar)
      await wait { station.subscriptions.count == 1 }
      station.subscriptions[0].close()
      let error = await clientError { _ = try await feed.next(timeoutMs: 60_000) }
      #expect(error == .lost(method: "Subscribe") && station.gone == 1)
    }
  }

  @Test @EventLoop func aRefusedSubscriptionLeavesTheConnectionAsItWas() async throws {
    try await Station.during { station in
      let stream = try await station.stream()
      stream.subscribe("refused")
      #expect(try await stream.message()?.contains("UnknownSidecar") == true)
      stream.call("GetPolicy")
      #expect(try await stream.message()?.contains("generation") == true)
      #expect(station.subscriptions.isEmpty && station.gone == 0)
    }
  }
}
