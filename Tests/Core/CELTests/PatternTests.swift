import Testing

@testable import CEL

@Suite struct PatternTests {
  @Test(arguments: [
    ("gpt-4", "my-gpt-4o", true), ("^gpt-4", "my-gpt-4o", false), ("4o$", "gpt-4o", true), ("^gpt-4o?$", "gpt-4", true),
    ("", "", true), ("", "abc", true), ("a|b", "xbx", true), ("a|b", "xyz", false), ("^(?:a|bc)+$", "abcabc", true),
    ("^(?:a|bc)+$", "abcab", false), ("^a*$", "", true), ("^a+$", "", false), ("^a{2,3}$", "aa", true),
    ("^a{2,3}$", "aaaa", false), ("^a{2}$", "aa", true), ("^a{2,}$", "aaaaa", true), ("a{,2}", "a{,2}", true),
    ("a{x", "a{x", true),
    ("^[a-c_]+$", "ab_c", true), ("^[^a-c]+$", "xyz", true), ("^[^a-c]+$", "xaz", false), ("^[]a]+$", "]a", true),
    ("^[a-]+$", "a-", true), ("^[\\d-]+$", "1-2", true), ("^[^\\D]+$", "12", true), ("^[\\W]$", "-", true),
    ("^[\\W]$", "a", false),
    ("^\\d{4}-\\d\\d$", "2024-05", true), ("\\bfoo\\b", "a foo b", true), ("\\bfoo\\b", "afoob", false),
    ("a\\Bb", "ab", true), ("^.$", "é", true), ("^.$", "🐱", true), ("^.$", "\n", false),
    ("^\\x41\\x{1F431}$", "A🐱", true),
    ("(?i)GPT", "gpt-4", true), ("^(?i:gpt)-X$", "GPT-X", true), ("^(?i:gpt)-X$", "GPT-x", false),
    ("(?i)straße", "STRAßE", true),
    ("(?i)[a-z]", "Q", true), ("(?P<name>a)b", "ab", true), ("(?<name>a)b", "ab", true), ("a.*?b", "axxb", true),
    ("\\.", ".", true), ("\\.", "a", false), ("(a*)*", "b", true), ("^(a|a)*$", "aaaa", true), ("\\Aab\\z", "ab", true),
    ("(|a)+b", "aab", true), ("$^", "", true), ("a$b", "ab", false),
  ]) func aPatternMatchesAnywhereUnlessItIsAnchored(pattern: String, text: String, matches: Bool) throws {
    #expect(try Pattern(pattern).matches(text) == matches)
  }

  @Test(arguments: [
    ("(", "has a ( without its ), at its character 2"), (")", "has a ) without its (, at its character 1"),
    ("[a", "has a [ without its ], at its character 3"), ("*", "repeats nothing, at its character 1"),
    ("a**", "repeats a repetition; put it in brackets, at its character 4"),
    ("a{3,2}", "has a repetition {3,2} that ends before it begins, at its character 7"),
    ("a{201}", "repeats more than 200 times, at its character 7"),
    ("\\", "ends with a backslash, at its character 2"),
    ("\\1", "has an escape \\1 that is not supported, at its character 2"),
    ("\\pL", "has an escape \\p that is not supported, at its character 2"),
    ("(?=a)", "has a group (? that is not supported; there are (?:...), (?i) and (?P<name>...), at its character 3"),
    ("(?<=a)", "looks behind, which is not supported, at its character 4"),
    ("[b-a]", "has a range that ends before it begins, at its character 5"),
    ("[[:alpha:]]", "has a class [: :], which is not supported; write a-z, at its character 2"),
    ("\\xg", "has an escape \\x without the number of a character, at its character 3"),
    ("\\x{110000}", "has an escape \\x without the number of a character, at its character 11"),
  ]) func whatIsNoPatternIsRefusedWithItsPlace(pattern: String, message: String) {
    #expect(throws: PatternError(message: "the pattern \(message)")) { try Pattern(pattern) }
  }

  @Test(arguments: ["(((a{200}){200}){200})", "((((){200}){200}){200}){200}", String(repeating: "a", count: 1001)])
  func aPatternThatIsTooLargeIsRefused(pattern: String) {
    #expect(throws: PatternError(message: "the pattern is too large; use fewer or smaller repetitions")) {
      try Pattern(pattern)
    }
  }

  @Test func groupsInEachOtherAreBounded() {
    let nested = String(repeating: "(", count: 33) + String(repeating: ")", count: 33)
    #expect(throws: PatternError(message: "the pattern has more than 32 groups in each other, at its character 34")) {
      try Pattern(nested)
    }
  }

  /// Where a machine that goes back would take exponential time, this one is charged for every state and character.
  @Test func noPatternTakesMoreThanAnEvaluationMay() {
    let text = String(repeating: "a", count: 40)
    #expect(outcome("'\(text)'.matches('^(a*)*(a*)*(a*)*b$')") == "false")
    let long = Value.string(String(repeating: "a", count: 100_000))
    #expect(outcome("x.matches('(a|aa|aaa|aaaa)*b')", [("x", long)]).contains("takes more than 20000 steps"))
  }

  @Test func aPatternThatIsComputedIsReadWhenTheExpressionRuns() {
    #expect(outcome("'abc'.matches('^' + x)", [("x", .string("ab"))]) == "true")
    #expect(
      outcome("'abc'.matches(x)", [("x", .string("("))])
        == "! when it runs: line 1, column 7: the pattern has a ( without its ), at its character 2")
    #expect(outcome("matches('abc', 'b')") == "true")
    #expect(outcome("dyn(1).matches('b')").hasSuffix("matches() does not take int and string"))
  }
}
