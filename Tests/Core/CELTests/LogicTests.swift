import Testing

@testable import CEL

@Suite struct LogicTests {
  static let failing = "(1 / 0 > 0)"

  @Test(arguments: [
    ("false && E", "false"), ("E && false", "false"), ("true || E", "true"), ("E || true", "true"),
    ("E && (E || true) && false", "false"), ("false || E || true", "true"), ("true ? 1 : 1 / 0", "1"),
    ("false ? 1 / 0 : 2", "2"), ("[E, false].size() == 2 || true", "true"),
  ]) func anOperandThatDecidesOutvotesAnError(text: String, value: String) {
    #expect(outcome(text.replacing("E", with: Self.failing)) == value)
  }

  @Test(arguments: [
    "true && E", "E && true", "false || E", "E || false", "E || E", "E && E", "!E", "E ? 1 : 2", "true ? E : true",
    "E == true", "[E].size() == 1",
  ]) func anErrorThatNobodyOutvotesIsTheResult(text: String) {
    #expect(outcome(text.replacing("E", with: Self.failing)).contains("division by zero"))
  }

  @Test func aValueThatIsNoBoolIsAnErrorLikeAnyOther() {
    #expect(outcome("dyn('a') && false") == "false")
    #expect(outcome("dyn('a') && true").hasSuffix("&& does not take string"))
    #expect(outcome("dyn(1) || true") == "true")
    #expect(outcome("!dyn(1)").hasSuffix("! does not take int"))
    #expect(outcome("dyn(1) ? 1 : 2").hasSuffix("? : does not take int"))
  }

  /// An operand that fails is asked once: asked twice at each level, this would take longer than the tests have.
  @Test func errorsInEachOtherCostNoMoreThanOthers() {
    let nested = String(repeating: "true && (", count: 90) + Self.failing + String(repeating: ")", count: 90)
    #expect(outcome(nested).contains("division by zero"))
    let mirrored = String(repeating: "(", count: 90) + Self.failing + String(repeating: " || false)", count: 90)
    #expect(outcome(mirrored).contains("division by zero"))
  }
}
