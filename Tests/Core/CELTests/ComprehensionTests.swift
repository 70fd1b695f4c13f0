import Testing

@testable import CEL

@Suite struct ComprehensionTests {
  @Test(arguments: [
    ("[1, 2, 3].all(x, x > 0)", "true"), ("[1, 2, 3].all(x, x > 1)", "false"), ("[].all(x, false)", "true"),
    ("[1, 2, 3].exists(x, x == 2)", "true"), ("[1, 2, 3].exists(x, x > 3)", "false"), ("[].exists(x, true)", "false"),
    ("[1, 2, 3].exists_one(x, x > 2)", "true"), ("[1, 2, 3].exists_one(x, x > 1)", "false"),
    ("[1, 2, 3].filter(x, x % 2 == 1)", "[1, 3]"), ("[1, 2, 3].map(x, x * x)", "[1, 4, 9]"),
    ("[1, 2, 3].map(x, x > 1, x * 10)", "[20, 30]"), ("{'a': 1, 'b': 2}.map(k, k + '!')", "[\"a!\", \"b!\"]"),
    ("{'a': 1, 'b': 2}.filter(k, k != 'a')", "[\"b\"]"), ("{'a': 1}.all(k, k == 'a')", "true"),
    ("{1: 2, 3: 4}.exists(k, k == 3)", "true"), ("{'a': 1, 'b': 2}.exists_one(k, k == 'b')", "true"),
    ("[[1, 2], [3]].map(l, l.map(x, x + size(l)))", "[[3, 4], [4]]"),
    ("[1, 2].map(x, [3, 4].filter(y, y > x + 2))", "[[4], []]"),
    ("[1, 2].filter(x, [x].all(y, y == x))", "[1, 2]"),
  ]) func macrosGoThroughListsAndTheKeysOfMaps(text: String, value: String) {
    #expect(outcome(text) == value)
  }

  @Test func anElementThatDecidesOutvotesThoseThatFail() {
    #expect(outcome("[0, 2, 1].exists(x, 4 / x == 2)") == "true")
    #expect(outcome("[2, 0, 1].all(x, 4 / x == 4)") == "false")
    #expect(outcome("[0, 1].exists(x, 4 / x == 2)").contains("division by zero"))
    #expect(outcome("[0, 1].all(x, 4 / x == 4)").contains("division by zero"))
  }

  @Test(arguments: ["[1, 0].filter(x, 1 / x > 0)", "[1, 0].map(x, 1 / x)", "[1, 0].exists_one(x, 1 / x == 1)"])
  func whereAllElementsCountOneThatFailsIsEnough(text: String) {
    #expect(outcome(text).contains("division by zero"))
  }

  @Test(arguments: [
    ("dyn(1).all(x, true)", "all does not take int"), ("[dyn(1)].all(x, x)", "all does not take int"),
    ("dyn('a').map(x, x)", "map does not take string"),
  ]) func whatOnlyShowsWhenItRunsIsRefusedThen(text: String, message: String) {
    #expect(outcome(text).hasSuffix(": \(message)"))
  }
}
