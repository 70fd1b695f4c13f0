import Testing

@testable import CEL

@Suite struct ConversionTests {
  @Test(arguments: [
    ("int(3u)", "3"), ("int(3.9)", "3"), ("int(-3.9)", "-3"), ("int('-42')", "-42"), ("int(7)", "7"),
    ("uint(3)", "3u"), ("uint(3.9)", "3u"), ("uint('42')", "42u"), ("double(3)", "3.0"), ("double(3u)", "3.0"),
    ("double('1.5e3')", "1500.0"), ("double('NaN')", "nan"), ("string(3)", "\"3\""), ("string(3u)", "\"3\""),
    ("string(1.5)", "\"1.5\""), ("string(-0.0045)", "\"-0.0045\""), ("string(true)", "\"true\""),
    ("string(b'abc')", "\"abc\""),
    ("bytes('é')", "b\"\\xc3\\xa9\""), ("bool('true')", "true"), ("bool('F') || true", "true"), ("bool('0')", "false"),
    ("type(1u)", "uint"), ("type('')", "string"), ("type(int)", "type"), ("dyn(1)", "1"), ("string('a')", "\"a\""),
    ("int(9223372036854774784.0)", "9223372036854774784"), ("uint(18446744073709549568.0)", "18446744073709549568u"),
    ("int(uint(int('9223372036854775807')))", "9223372036854775807"),
  ]) func valuesAreConverted(text: String, value: String) {
    #expect(outcome(text) == value)
  }

  @Test(arguments: [
    ("int(9223372036854775808u)", "the result is outside the range of int"),
    ("int(9223372036854775807.0)", "the result is outside the range of int"),
    ("int(-9223372036854775808.0)", "the result is outside the range of int"),
    ("int(0.0 / 0.0)", "the result is outside the range of int"),
    ("int(1e99)", "the result is outside the range of int"),
    ("uint(-1)", "the result is outside the range of uint"),
    ("uint(-0.5)", "the result is outside the range of uint"),
    ("uint(18446744073709551616.0)", "the result is outside the range of uint"),
    ("int('12a')", "\"12a\" cannot be converted to int"),
    ("int('')", "\"\" cannot be converted to int"),
    ("int('9223372036854775808')", "\"9223372036854775808\" cannot be converted to int"),
    ("uint('-1')", "\"-1\" cannot be converted to uint"),
    ("double('0x1p3')", "\"0x1p3\" cannot be converted to double"),
    ("double(' 1')", "\" 1\" cannot be converted to double"),
    ("bool('yes')", "\"yes\" cannot be converted to bool"),
    ("string(b'\\xff')", "bytes cannot be converted to string"),
    ("int(dyn(true))", "int() does not take bool"),
    ("string(dyn([1]))", "string() does not take list"),
    ("bytes(dyn(1))", "bytes() does not take int"),
  ]) func whatCannotBeConvertedIsAnError(text: String, message: String) {
    #expect(outcome(text).hasSuffix(": \(message)"))
  }
}
