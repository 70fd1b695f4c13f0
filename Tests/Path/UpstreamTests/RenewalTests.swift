import Exchange
import Testing

@testable import Upstream

/// A token's life as a transcript; times in seconds.
@Suite struct RenewalTests {
  private func at(_ seconds: Double) -> WallTime { WallTime(milliseconds: Int64(seconds * 1000)) }

  private func token(_ value: String, until seconds: Double?) -> Token<String> {
    Token(value: value, expiresAt: seconds.map(at))
  }

  private func answer(_ renewal: Life, _ seconds: Double) -> String {
    switch renewal.value.answer(at: at(seconds)) {
    case .use(let value): "use \(value)"
    case .wait: "wait"
    case .refuse(let problem): "refuse: \(problem)"
    }
  }

  @Test func `the first call waits, one fetch is under way, and later calls use what came`() {
    let renewal = Life()
    #expect(answer(renewal, 0) == "wait")
    #expect(renewal.begins(at: at(0)))
    #expect(!renewal.begins(at: at(0)))
    #expect(renewal.pauseMs(at: at(0)) == nil)
    #expect(!renewal.arrived(token("a", until: 3600), at: at(1)))
    #expect(answer(renewal, 1) == "use a")
    #expect(!renewal.begins(at: at(2)))
  }

  @Test func `a token of an hour is fetched anew ten minutes before its end, and used until ten seconds before it`() {
    let renewal = Life()
    #expect(renewal.begins(at: at(0)))
    _ = renewal.arrived(token("a", until: 3600), at: at(0))
    #expect(renewal.pauseMs(at: at(0)) == 3_000_000)
    #expect(!renewal.begins(at: at(2999)))
    #expect(renewal.begins(at: at(3000)))
    // While it is being fetched nobody waits.
    #expect(answer(renewal, 3000) == "use a")
    #expect(answer(renewal, 3589) == "use a")
    #expect(answer(renewal, 3590) == "wait")
    #expect(!renewal.arrived(token("b", until: 7200), at: at(3591)))
    #expect(answer(renewal, 3591) == "use b")
  }

  @Test func `a short life is fetched anew after three quarters of it`() {
    let renewal = Life()
    #expect(renewal.begins(at: at(0)))
    _ = renewal.arrived(token("a", until: 8), at: at(0))
    #expect(renewal.pauseMs(at: at(0)) == 6000)
    #expect(answer(renewal, 7.1) == "use a")
    #expect(answer(renewal, 7.2) == "wait")
  }

  @Test func `failures leave the last good token in use, and are tried again at longer and longer pauses`() {
    let renewal = Life()
    #expect(renewal.begins(at: at(0)))
    _ = renewal.arrived(token("a", until: 3600), at: at(0))
    var now = 3000.0
    var pauses: [Int64] = []
    for _ in 0..<8 {
      #expect(renewal.begins(at: at(now)))
      renewal.failed("it is down", at: at(now))
      #expect(answer(renewal, now) == "use a")
      let pause = renewal.pauseMs(at: at(now)) ?? 0
      #expect(!renewal.begins(at: at(now + Double(pause - 1) / 1000)))
      pauses.append(pause)
      now += Double(pause) / 1000
    }
    #expect(pauses == [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000])
    #expect(answer(renewal, 3595) == "refuse: it is down")
    #expect(renewal.begins(at: at(3595)))
    #expect(answer(renewal, 3595) == "wait")
    #expect(renewal.arrived(token("b", until: 9000), at: at(3596)), "good again")
    #expect(answer(renewal, 3596) == "use b")
  }

  @Test func `without a token a failure is told at once, until the next attempt is under way`() {
    let renewal = Life()
    #expect(renewal.begins(at: at(0)))
    renewal.failed("no", at: at(0))
    #expect(answer(renewal, 0.5) == "refuse: no")
    #expect(!renewal.begins(at: at(0.5)))
    #expect(renewal.begins(at: at(1)))
    #expect(answer(renewal, 1) == "wait")
  }

  @Test func `what does not end is fetched again only when its source changes`() {
    let renewal = Life()
    #expect(renewal.begins(at: at(0)))
    _ = renewal.arrived(token("a", until: nil), at: at(0))
    #expect(renewal.pauseMs(at: at(0)) == nil)
    #expect(!renewal.begins(at: at(1_000_000)))
    renewal.sourceChanged(at: at(1_000_000))
    #expect(renewal.begins(at: at(1_000_000)))
    #expect(answer(renewal, 1_000_000) == "use a")
  }

  @Test func `a token that has ended when it comes is a failure`() {
    let renewal = Life()
    #expect(renewal.begins(at: at(10)))
    #expect(!renewal.arrived(token("a", until: 10), at: at(10)))
    #expect(answer(renewal, 10) == "refuse: the token that came has already ended: is this machine's clock right?")
  }

  @Test func `the same token again is not asked for without pause`() {
    let renewal = Life()
    var now = 0.0
    var fetches = 0
    while now < 99.9 {
      if renewal.begins(at: at(now)) {
        fetches += 1
        _ = renewal.arrived(token("a", until: 100), at: at(now))
      }
      now += 0.1
    }
    #expect(fetches < 12)
  }
}

/// `#expect` cannot change a value, but it can call what does.
private final class Life {
  var value = Renewal<String>()

  func begins(at now: WallTime) -> Bool { value.begins(at: now) }
  func arrived(_ token: Token<String>, at now: WallTime) -> Bool { value.arrived(token, at: now) }
  func failed(_ problem: String, at now: WallTime) { value.failed(problem, at: now) }
  func sourceChanged(at now: WallTime) { value.sourceChanged(at: now) }
  func pauseMs(at now: WallTime) -> Int64? { value.pauseMs(at: now) }
}
