import Testing

@testable import CEL

@Suite struct ParserTests {
  @Test(arguments: [
    ("1 + 2 * 3", "7"),
    ("(1 + 2) * 3", "9"),
    ("10 - 3 - 2", "5"),
    ("100 / 10 / 5", "2"),
    ("7 % 4 * 2", "6"),
    ("-2 * -3", "6"),
    ("2 - -1", "3"),
    ("2 -1", "1"),
    ("--5", "5"),
    ("!!true", "true"),
    ("!false && false", "false"),
    ("true || false && false", "true"),
    ("1 < 2 == true", "true"),
    ("1 + 1 in [2]", "true"),
    ("true ? 1 : false ? 2 : 3", "1"),
    ("false ? 1 : false ? 2 : 3", "3"),
    ("(true ? false : true) ? 1 : 2", "2"),
    ("1 == 1 ? 2 + 3 : 4", "5"),
    ("-[1, 2][1]", "-2"),
    ("-{'a': 3}.a", "-3"),
    ("[[1, 2], [3]][0][1]", "2"),
    ("{'a': {'b': 4}}.a.b", "4"),
    ("[1, 2, ]", "[1, 2]"),
    ("{'a': 1, }", "{\"a\": 1}"),
    ("[] + []", "[]"),
    (" 1\t+\n2 // three\n+ 4\r", "7"),
    ("1 // all the rest / is a comment", "1"),
    ("{'if': 1}.if", "1"),
    ("{'content-type': 1}.`content-type`", "1"),
    ("[0].exists(y, y == 0)", "true"),
    ("size('abc') + 'abc'.size()", "6"),
  ]) func operatorsBindAsTheLanguageSays(text: String, value: String) {
    #expect(outcome(text) == value)
  }

  @Test(arguments: [
    ("", "line 1, column 1: the expression is empty"),
    ("  // nothing", "line 1, column 1: the expression is empty"),
    ("1 +", "line 1, column 4: expected a value, found the end"),
    ("1 2", "line 1, column 3: expected the end or an operator, found a number"),
    ("(1", "line 1, column 3: expected ), found the end"),
    ("1)", "line 1, column 2: expected the end or an operator, found )"),
    ("[1, 2", "line 1, column 6: expected , or ], found the end"),
    ("[,]", "line 1, column 2: expected a value, found ,"),
    ("size(1,)", "line 1, column 8: expected a value, found )"),
    ("{1}", "line 1, column 3: expected :, found }"),
    ("{'a': 1 'b': 2}", "line 1, column 9: expected , or }, found a text"),
    ("true ? 1", "line 1, column 9: expected :, found the end"),
    ("a.", "line 1, column 3: expected the name of a field or a function after the dot, found the end"),
    ("a.true", "line 1, column 3: expected the name of a field or a function after the dot, found true"),
    ("[1].?a", "line 1, column 5: .? is not part of the language here; test with has() first"),
    ("[1][?0]", "line 1, column 5: [? is not part of the language here; test with in first"),
    ("for", "line 1, column 1: for is a reserved word of the language and cannot be a name"),
    ("in", "line 1, column 1: expected a value, found in"),
    (
      "a.B{c: 1}",
      "line 1, column 4: NAME{...} is not part of the language here; there are no messages; "
        + "write a map, {\"name\": value}"
    ),
    ("true &&\n\n false false", "line 3, column 8: expected the end or an operator, found false"),
    ("'ä' 'ö'", "line 1, column 5: expected the end or an operator, found a text"),
    ("! -1", "line 1, column 3: expected a value, found -"),
    ("9223372036854775808", "line 1, column 1: the number is too large for int; write u behind it for a uint"),
    ("-9223372036854775809", "line 1, column 1: the number is too large for int; write u behind it for a uint"),
  ]) func whatIsNoExpressionIsRefusedWithItsPlace(text: String, message: String) {
    #expect(refusal(text) == message)
  }

  @Test(arguments: [
    (String(repeating: "(", count: 32) + "7" + String(repeating: ")", count: 32), "7"),
    (String(repeating: "!", count: 32) + "true", "true"),
    (String(repeating: "-", count: 32) + "19", "19"),
    (Array(repeating: "true", count: 32).joined(separator: " && "), "true"),
    (Array(repeating: "1", count: 32).joined(separator: " + "), "32"),
    (String(repeating: "true ? 1 : ", count: 24) + "0", "1"),
    (
      String(repeating: "[", count: 12) + "0" + String(repeating: "]", count: 12) + String(repeating: "[0]", count: 12),
      "0"
    ),
    (String(repeating: "int(uint(", count: 6) + "7" + String(repeating: "))", count: 6), "7"),
  ]) func theDepthThatTheLanguageAsksForIsThere(text: String, value: String) {
    #expect(outcome(text) == value)
  }

  /// Each is nested in another way; all of them in a thread with the small stack of a test.
  @Test(arguments: [
    ("(", "1", ")"), ("[", "1", "]"), ("{1: ", "1", "}"), ("!", "true", ""), ("-(", "1", ")"), ("size([", "1", "])"),
    ("1 + ", "1", ""), ("true && ", "true", ""), ("true ? 1 : ", "1", ""),
    ("(true || false && 1 == 1 + 2 * ", "1", ")"),
    ("[1].map(x, ", "1", ")"), ("", "{}", ".a"), ("", "[1]", "[0]"), ("", "'a'", ".size()"),
    ("[1][", "0", "]"), ("(true ? 1 : ", "1", ")"),
  ]) func whatIsNestedTooDeepIsRefusedAndWhatIsNotIsEvaluated(open: String, core: String, close: String) {
    func nested(_ count: Int) -> String {
      String(repeating: open, count: count) + core + String(repeating: close, count: count)
    }
    #expect(refusal(nested(240)).hasSuffix("the expression has more than 96 levels; write it in fewer"))
    for count in [40, 94, 95, 96, 97] { _ = outcome(nested(count)) }
  }

  @Test func anExpressionThatIsTooLongIsRefused() {
    let text = "'" + String(repeating: "a", count: 8191) + "'"
    #expect(refusal(text) == "line 1, column 1: the expression is 8193 bytes long; it can have 8192")
  }
}
