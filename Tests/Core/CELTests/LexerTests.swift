import Testing

@testable import CEL

@Suite struct LexerTests {
  @Test(arguments: [
    ("0", "0"), ("0x1F", "31"), ("-0x10", "-16"), ("9223372036854775807", "9223372036854775807"),
    ("-9223372036854775808", "-9223372036854775808"), ("-0x8000000000000000", "-9223372036854775808"),
    ("7u", "7u"), ("0xFFU", "255u"), ("18446744073709551615u", "18446744073709551615u"),
    ("1.5", "1.5"), (".5", "0.5"), ("2e3", "2000.0"), ("2.5E-1", "0.25"), ("1e+2", "100.0"), ("1e-400", "0.0"),
  ]) func numbersAreWrittenInSeveralWays(text: String, value: String) {
    #expect(outcome(text) == value)
  }

  @Test(arguments: [
    (#"'it\'s'"#, #""it's""#),
    (#""say \"no\"""#, #""say \"no\"""#),
    (#"'\a\b\f\n\r\t\v\\\?\`'"#, #""\x07\x08\x0c\n\x0d\x09\x0b\\?`""#),
    (#"'\x41\X62\u0043\U00000064\105'"#, #""AbCdE""#),
    (#"'\u00e9' == '\xe9'"#, "true"),
    (#"r'\d+\'"#, #""\\d+\\""#),
    (#"R"a\nb""#, #""a\\nb""#),
    ("'''a'b''c'''", #""a'b''c""#),
    ("\"\"\"two\nlines\"\"\"", #""two\nlines""#),
    ("''", "\"\""), ("''''''", "\"\""),
    (#"b'a\xff\377'"#, #"b"a\xff\xff""#),
    ("b'é'", #"b"\xc3\xa9""#),
    (#"br'\xff'"#, #"b"\\xff""#),
    ("'日本'.size()", "2"),
  ]) func textsAreWrittenInSeveralWays(text: String, value: String) {
    #expect(outcome(text) == value)
  }

  @Test(arguments: [
    ("'abc", "line 1, column 1: the text has no closing quote"),
    ("'a\nb'", "line 1, column 1: the text has no closing quote"),
    ("'''abc''", "line 1, column 1: the text has no closing quote"),
    ("b\"", "line 1, column 1: the text has no closing quote"),
    (
      #"'a\s'"#,
      #"line 1, column 3: not an escape; they are \\ \" \' \n \r \t \xHH \uHHHH \UHHHHHHHH \OOO, and r"..." has none"#
    ),
    (
      #"'\uD83D\uDE03'"#,
      "line 1, column 2: the escape names no character: halves of surrogate pairs and numbers above 10FFFF are none"
    ),
    (
      #"'\U00110000'"#,
      "line 1, column 2: the escape names no character: halves of surrogate pairs and numbers above 10FFFF are none"
    ),
    ("1 = 1", "line 1, column 3: = has no meaning here; write == to compare"),
    ("true & false", "line 1, column 6: & has no meaning here; write && for and"),
    ("true | false", "line 1, column 6: | has no meaning here; write || for or"),
    ("1;", "line 1, column 2: ; has no meaning here; an expression has no statements"),
    ("é == 1", "line 1, column 1: é has no meaning here; put texts in quotes"),
    ("$x", "line 1, column 1: $ has no meaning here; put texts in quotes"),
    ("18446744073709551616", "line 1, column 1: the number is too large for 64 bits"),
    ("0x10000000000000000", "line 1, column 1: the number is too large for 64 bits"),
    ("0x", "line 1, column 1: 0x is followed by hexadecimal digits"),
    ("1e999", "line 1, column 1: the number is too large for a double"),
    ("10M", "line 1, column 1: a number ends where a name begins; units are not part of a number"),
    ("1.5u", "line 1, column 1: a number ends where a name begins; units are not part of a number"),
    (
      "{}.`a$`", "line 1, column 4: a name between backticks has letters, digits and . - / _ and ends with a backtick"
    ),
  ]) func whatIsNoWordIsRefusedWithItsPlace(text: String, message: String) {
    #expect(refusal(text) == message)
  }

  @Test(arguments: [#"b'\u0041'"#, #"b'\U00000041'"#, #"'\400'"#, #"'\08'"#, #"'\x4'"#, #"'\"#])
  func escapesThatAreNotWholeAreRefused(text: String) {
    #expect(refusal(text).hasPrefix("line 1, column "))
  }
}
