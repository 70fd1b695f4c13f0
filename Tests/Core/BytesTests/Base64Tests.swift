import Bytes
import Testing

@Suite struct Base64Tests {
  // RFC 4648 10.
  private let vectors = [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
    ("foobar", "Zm9vYmFy"),
  ]

  @Test func theStandardsOwnExamplesGoBothWays() {
    for (plain, encoded) in vectors {
      #expect(Base64.encoded(plain) == encoded)
      #expect(Base64.decoded(encoded) == Array(plain.utf8))
      #expect(Base64.decoded(encoded.filter { $0 != "=" }) == Array(plain.utf8))
    }
  }

  @Test func theAlphabetForAddressesIsReadAndRespelled() {
    #expect(Base64.decoded("-_-_") == Base64.decoded("+/+/"))
    #expect(Base64.usual("-_8") == "+/8=")
    #expect(Base64.usual("Zm9v") == "Zm9v")
  }

  @Test func whatIsNotBase64IsRefused() {
    for text in ["a", "Zg=", "Zg===", "Z=g=", "Zm9v!", "claude:abc"] { #expect(Base64.decoded(text) == nil, "\(text)") }
  }
}
