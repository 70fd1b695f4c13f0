import Testing

@testable import Authority

@Suite struct NearnessTests {
  @Test(arguments: [("alcie", "alice"), ("Team-Eng", "team-eng"), ("gpt4o", "gpt-4o"), ("budget-773", "budget-7731")])
  func theNameThatWasMeantComesFirst(written: String, meant: String) {
    let names = ["team-ops", "team-eng", "bob", "alice", "gpt-4o", "gpt-4", "budget-1", "budget-7731", "zoe"]
    #expect(Nearness.closest(to: written, among: names).first == meant)
  }

  @Test func atMostTwentyAreOfferedInAnOrderThatNeverChanges() {
    let names = (0..<10_000).map { "budget-\($0)" }
    let offered = Nearness.closest(to: "budget-77", among: names.shuffled())
    #expect(offered.count == 20 && offered.first == "budget-77")
    #expect(offered == Nearness.closest(to: "budget-77", among: names))
  }

  @Test func namesWithNothingInCommonAreOfferedToo() {
    #expect(Nearness.closest(to: "", among: ["b", "a"]) == ["a", "b"])
    #expect(Nearness.closest(to: "x", among: []) == [])
  }
}
