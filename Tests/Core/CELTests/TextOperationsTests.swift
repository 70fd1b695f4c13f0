import Testing

@testable import CEL

@Suite struct TextOperationsTests {
  @Test(arguments: [
    ("size('')", "0"), ("size('naïve')", "5"), ("'🐱'.size()", "1"), ("size('e\\u0301')", "2"), ("size(b'é')", "2"),
    ("size([1, 2])", "2"), ("{'a': 1}.size()", "1"),
  ]) func sizeCountsCodePointsBytesAndElements(text: String, value: String) {
    #expect(outcome(text) == value)
  }

  @Test(arguments: [
    "'foobar'.startsWith('foo')", "!'foobar'.startsWith('bar')", "'foobar'.endsWith('bar')",
    "!'foobar'.endsWith('foo')",
    "'foobar'.contains('oba')", "!'foobar'.contains('abo')", "''.contains('')", "'a'.startsWith('')",
    "'a'.endsWith('')",
    "!''.startsWith('a')", "!'a'.contains('ab')", "'abababc'.contains('ababc')", "!'\\u00e9'.contains('e\\u0301')",
    "'Straße'.endsWith('ße')", "!'e\\u0301'.endsWith('é')",
  ]) func partsOfTextsAreFoundByteByByte(text: String) {
    #expect(outcome(text) == "true")
  }

  @Test func whatIsNoTextIsAnError() {
    #expect(outcome("dyn(1).contains('a')").hasSuffix("contains() does not take int and string"))
    #expect(outcome("size(dyn(1))").hasSuffix("size() does not take int"))
  }
}
