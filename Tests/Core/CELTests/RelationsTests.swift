import Testing

@testable import CEL

@Suite struct RelationsTests {
  @Test(arguments: [
    "1 == 1", "1 != 2", "dyn(1) == 1u", "dyn(1) == 1.0", "dyn(1u) == 1.0", "dyn(1) != 1.5",
    "dyn(-1) != 18446744073709551615u",
    "'a' == 'a'", "'\\u00e9' != 'e\\u0301'", "b'a' == b'a'", "dyn('a') != b'a'", "null == null", "dyn(1) != null",
    "[1, 2] == [1, 2]", "[1, 2] != [2, 1]", "[1] != [1, 1]", "dyn([1]) == [1.0]", "[dyn(1), 2u] == [dyn(1.0), 2u]",
    "{'a': 1, 'b': 2} == {'b': 2, 'a': 1}", "{'a': 1} != {'a': 2}", "{'a': 1} != {'b': 1}", "dyn({1: 1}) == {1u: 1.0}",
    "0.0 == -0.0", "0.0 / 0.0 != 0.0 / 0.0", "[0.0 / 0.0] != [0.0 / 0.0]", "type(1) == int", "type(1) != uint",
    "type(type(1)) == type", "type([]) == list && type({}) == map && type(null) == null_type",
    "dyn([]) != {}", "dyn(true) != 1", "dyn('1') != 1",
  ]) func equalityGoesByValueAndNumbersAreOneLine(text: String) {
    #expect(outcome(text) == "true")
  }

  @Test(arguments: [
    "1 < 2", "!(1 < 1)", "1 <= 1", "2 > 1", "1 >= 1", "1u < 2u", "-1 < 1u", "1 < 1.5", "1u > 0.5", "-0.5 < 0u",
    "18446744073709551615u > 9223372036854775807", "9223372036854775807 < 9223372036854775808u",
    "-1 < 18446744073709551615u",
    "'a' < 'b'", "'' < 'a'", "'Z' < 'a'", "'a' < 'é'", "'abc' < 'abcd'", "'\\uffff' < '\\U00010000'", "b'a' < b'\\xff'",
    "false < true", "!(0.0 / 0.0 < 1.0)", "!(0.0 / 0.0 >= 1.0)", "1.0 / 0.0 > 9223372036854775807", "dyn(2) > 1u",
  ]) func theOrderOfNumbersGoesAcrossTypes(text: String) {
    #expect(outcome(text) == "true")
  }

  @Test(arguments: [
    ("dyn([1]) < dyn([2])", "< does not take list and list"), ("dyn(1) < dyn('a')", "< does not take int and string"),
    ("dyn(null) >= dyn(null)", ">= does not take null_type and null_type"),
    ("1 in dyn('a')", "in does not take int and string"),
  ]) func whatHasNoOrderIsAnError(text: String, message: String) {
    #expect(outcome(text).hasSuffix(": \(message)"))
  }

  @Test(arguments: [
    "2 in [1, 2, 3]", "!(4 in [1, 2, 3])", "!('a' in [])", "dyn(2.0) in [1, 2]", "dyn(2u) in [1, 2]",
    "[1] in [[1], [2]]",
    "'a' in {'a': 1}", "!('b' in {'a': 1})", "dyn(1.0) in {1: 'a'}", "!(dyn(1.5) in {1: 'a'})", "dyn(1u) in {1: 'a'}",
    "!(dyn(b'a') in {'a': 1})", "!(dyn(null) in {'a': 1})", "null in [null]", "!('\\u00e9' in ['e\\u0301'])",
  ]) func membershipGoesByEquality(text: String) {
    #expect(outcome(text) == "true")
  }
}
