import Testing

@testable import Meters

@Suite struct DimensionTests {
  private typealias Selector = BudgetRule.Selector

  @Test func aSelectorMatchesTheWholeValueOrItsBeginningOrWhetherThereIsOne() {
    let values: [String?] = [nil, "", "gpt-4o", "gpt-4o-mini", "GPT-4O"]
    let table: [(selector: Selector, matches: [Bool])] = [
      (Selector(.model, "gpt-4o"), [false, false, true, false, false]),
      (Selector(.model, .startsWith("gpt-4o")), [false, false, true, true, false]),
      (Selector(.model, .startsWith("")), [false, true, true, true, true]),
      (Selector(.model, .isPresent(true)), [false, true, true, true, true]),
      (Selector(.model, .isPresent(false)), [true, false, false, false, false]),
    ]
    for (selector, matches) in table { #expect(values.map { selector.matches($0) } == matches, "\(selector)") }
  }

  @Test func aSelectorIsWrittenAsPeopleWouldWriteIt() {
    #expect(Selector(.user, "alice").text == "alice")
    #expect(Selector(.model, .startsWith("gpt-")).text == "gpt-*")
    #expect(Selector(.pod, .isPresent(true)).text == "present")
    #expect(Selector(.pod, .isPresent(false)).text == "absent")
  }

  @Test func onlyOneValueMakesASelectorExact() {
    #expect(Selector(.user, "alice").exactValue == "alice")
    #expect(Selector(.user, .startsWith("alice")).exactValue == nil)
    #expect(Selector(.user, .isPresent(false)).exactValue == nil)
  }
}
