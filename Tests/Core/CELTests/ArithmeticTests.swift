import Testing

@testable import CEL

@Suite struct ArithmeticTests {
  @Test(arguments: [
    ("40 + 2", "42"), ("42 - 50", "-8"), ("-30 * -2", "60"), ("7 / 2", "3"), ("-7 / 2", "-3"), ("-7 % 5", "-2"),
    ("7 % -5", "2"), ("40u + 2u", "42u"), ("7u / 2u", "3u"), ("7u % 2u", "1u"), ("0.5 + 0.25", "0.75"),
    ("1.0 / 0.0", "inf"), ("-1.0 / 0.0", "-inf"), ("0.0 / 0.0", "nan"), ("-(0.0)", "-0.0"), ("1e308 * 10.0", "inf"),
    ("'a' + 'b'", "\"ab\""), ("b'a' + b'\\xff'", "b\"a\\xff\""), ("[1] + [2, 3]", "[1, 2, 3]"),
    ("9223372036854775806 + 1", "9223372036854775807"), ("-9223372036854775807 - 1", "-9223372036854775808"),
  ]) func numbersOfOneTypeAreComputedWith(text: String, value: String) {
    #expect(outcome(text) == value)
  }

  @Test(arguments: [
    ("9223372036854775807 + 1", "int"), ("-9223372036854775808 - 1", "int"), ("5000000000 * 5000000000", "int"),
    ("-9223372036854775808 / -1", "int"), ("-9223372036854775808 % -1", "int"), ("-(-9223372036854775808)", "int"),
    ("0u - 1u", "uint"), ("18446744073709551615u + 1u", "uint"), ("5000000000u * 5000000000u", "uint"),
  ]) func anOverflowIsAnErrorAndNeverWraps(text: String, kind: String) {
    #expect(outcome(text).hasSuffix(": the result is outside the range of \(kind)"))
  }

  @Test(arguments: ["1 / 0", "1 % 0", "1u / 0u", "1u % 0u", "-9223372036854775808 / 0"])
  func divisionByZeroIsAnError(text: String) {
    #expect(outcome(text).hasSuffix("division by zero; test the divisor first, as in: n == 0 ? 0 : x / n"))
  }

  @Test(arguments: [
    ("dyn(1) + dyn(1u)", "+ does not take int and uint"), ("dyn(1) + dyn(1.0)", "+ does not take int and double"),
    ("dyn('a') * dyn('b')", "* does not take string and string"),
    ("dyn([1]) - dyn([1])", "- does not take list and list"),
    ("dyn(1.5) % dyn(1.5)", "% does not take double and double"), ("-dyn(1u)", "- does not take uint"),
  ]) func whatOnlyShowsWhenItRunsIsRefusedThen(text: String, message: String) {
    #expect(outcome(text).hasSuffix(": \(message)"))
  }

  @Test func thePlaceOfAnErrorIsThatOfTheOperator() {
    #expect(outcome("1 +\n  2 / 0").hasPrefix("! when it runs: line 2, column 5: division by zero"))
  }
}
