import Testing

@testable import CEL

@Suite struct AggregatesTests {
  @Test(arguments: [
    ("[7, 8, 9][0]", "7"), ("[7, 8, 9][dyn(1u)]", "8"), ("[7, 8, 9][dyn(2.0)]", "9"), ("{'a': 1}['a']", "1"),
    ("{'a': 1}.a", "1"), ("{1: 'x'}[1]", "\"x\""), ("{1u: 'x'}[dyn(1)]", "\"x\""), ("{1: 'x'}[dyn(1.0)]", "\"x\""),
    ("{true: 1, false: 2}[false]", "2"), ("{'a': {'b': [1, 2]}}.a.b[1]", "2"),
    ("{'\\u00e9': 1, 'e\\u0301': 2}['e\\u0301']", "2"),
    ("has({'a': null}.a)", "true"), ("has({'a': 1}.b)", "false"), ("has({'a-b': 1}.`a-b`)", "true"), ("{}", "{}"),
  ]) func partsAreFoundByPlaceAndByKey(text: String, value: String) {
    #expect(outcome(text) == value)
  }

  @Test(arguments: [
    ("[1, 2][2]", "the index is outside the list; test size() first"),
    ("[1, 2][-1]", "the index is outside the list; test size() first"),
    ("[1][dyn(18446744073709551615u)]", "the index is outside the list; test size() first"),
    ("[1][dyn(0.5)]", "[ ] does not take list and double"),
    ("[1][dyn('a')]", "[ ] does not take list and string"),
    ("{'a': 1}['b']", "the map has no key \"b\"; test for it first with in or has()"),
    ("{'a': 1}.b", "the map has no key \"b\"; test for it first with in or has()"),
    ("{'a': 1}[dyn([[1], [2]])]", "the map has no key list; test for it first with in or has()"),
    ("{'a': 1, 'a': 2}", "the map has the key \"a\" twice; keep one"),
    ("{1: 1, 1u: 2}", "the map has the key 1u twice; keep one"),
    ("{dyn(1.5): 1}", "the key of a map does not take double"),
    ("dyn(1).a", "[ ] does not take int and string"),
    ("has(dyn(1).a)", "has() does not take int"),
  ]) func aPartThatIsNotThereIsAnError(text: String, message: String) {
    #expect(outcome(text).hasSuffix(": \(message)"))
  }

  @Test func aLongKeyIsShownByItsBeginning() {
    let key = String(repeating: "k", count: 5000)
    #expect(outcome("{'a': 1}['\(key)']").contains("no key \"\(key.prefix(40))\"...; test"))
  }
}
