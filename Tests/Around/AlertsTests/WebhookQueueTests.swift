import Testing

@testable import Alerts

@Suite final class WebhookQueueTests {
  private var queue = WebhookQueue<String>()

  /// What is to be done, in words.
  private func next() -> String {
    switch queue.next() {
    case .send(let document): "send \(document)"
    case .pause(let milliseconds): "pause \(milliseconds)"
    case .rest: "rest"
    }
  }

  private func add(_ document: String) -> Bool { queue.add(document) }

  private func ended(_ outcome: WebhookQueue<String>.Outcome, jitter: Int64) -> Bool {
    queue.ended(outcome, jitter: jitter)
  }

  @Test func `alerts are sent one after the other, in their order`() {
    #expect(next() == "rest")
    #expect(add("one"))
    #expect(add("two"))
    #expect(next() == "send one")
    #expect(ended(.delivered, jitter: 0))
    #expect(next() == "send two")
    #expect(ended(.delivered, jitter: 0))
    #expect(next() == "rest")
  }

  @Test func `one that fails is tried again after pauses that double, and given up in the end`() {
    _ = add("one")
    _ = add("two")
    var transcript: [String] = []
    for _ in 1..<AlertLimits.attemptsMax {
      transcript.append(next())
      #expect(ended(.failed, jitter: 1000))
      transcript.append(next())
    }
    #expect(
      transcript == [
        "send one", "pause 1000", "send one", "pause 2000", "send one", "pause 4000", "send one", "pause 8000",
        "send one", "pause 16000",
      ])
    #expect(next() == "send one")
    #expect(!ended(.failed, jitter: 1000))
    #expect(next() == "send two")
    #expect(ended(.failed, jitter: 0))
    #expect(next() == "pause 500")
  }

  @Test func `one that is refused is given up at once`() {
    _ = add("one")
    #expect(next() == "send one")
    #expect(!ended(.refused, jitter: 0))
    #expect(next() == "rest")
  }

  @Test func `when too many wait the oldest is given up, but not the one that is being tried`() {
    for number in 0..<AlertLimits.waitingMax { #expect(add("\(number)")) }
    #expect(next() == "send 0")
    #expect(!add("last"))
    #expect(queue.count == AlertLimits.waitingMax)
    #expect(ended(.delivered, jitter: 0))
    #expect(next() == "send 2")
  }
}
