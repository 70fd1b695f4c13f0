import Exchange
import Routing
import Testing

@Suite struct ChainTests {
  private struct Seeded: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ (state >> 31)
    }
  }

  private func candidate(_ name: String, priority: Int, weight: Int = 1) -> Candidate {
    Candidate(backend: BackendName(name), priority: priority, weight: weight)
  }

  @Test func lowerPrioritiesComeFirstAndEqualOnesKeepTheirOrder() {
    let chain = Chain(
      candidates: [candidate("c", priority: 2), candidate("a", priority: 0), candidate("b", priority: 1)],
      failsOverOn: [])
    var random = Seeded(state: 1)
    #expect(chain.order(using: &random).map { chain.candidates[$0].backend.text } == ["a", "b", "c"])
    #expect(chain.isFixed)
  }

  @Test func weightsShareTheCallsOfOnePriority() {
    let chain = Chain(
      candidates: [
        candidate("heavy", priority: 0, weight: 3), candidate("light", priority: 0), candidate("last", priority: 9),
      ], failsOverOn: [])
    var random = Seeded(state: 7)
    var first: [String: Int] = [:]
    for _ in 0..<4_000 {
      let order = chain.order(using: &random)
      #expect(order.sorted() == [0, 1, 2] && order[2] == 2)
      first[chain.candidates[order[0]].backend.text, default: 0] += 1
    }
    #expect((2_850...3_150).contains(first["heavy"]!))
    #expect(first["heavy"]! + first["light"]! == 4_000)
  }

  @Test func weightZeroIsOnlyASpare() {
    let chain = Chain(
      candidates: [candidate("spare", priority: 0, weight: 0), candidate("main", priority: 0)], failsOverOn: [])
    var random = Seeded(state: 3)
    for _ in 0..<100 { #expect(chain.order(using: &random) == [1, 0]) }
  }
}
