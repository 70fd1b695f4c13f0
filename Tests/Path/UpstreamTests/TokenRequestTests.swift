import Testing

@testable import Upstream

@Suite struct TokenRequestTests {
  @Test func `a form is encoded so that no value can become another field`() {
    let form: [(name: String, value: String)] = [("a", "b c&d=e+f%/"), ("g", "\u{e9}-._~"), ("h", "")]
    #expect(TokenRequest.encoded(form) == "a=b%20c%26d%3De%2Bf%25%2F&g=%C3%A9-._~&h=")
  }

  @Test(
    arguments: [
      ("<a><Code>Expired</Code></a>", "Expired"), ("<Code></Code>", ""), ("<Code>x", nil), ("</Code><Code>", nil),
      ("<Code>1</Code><Code>2</Code>", "1"), ("", nil),
    ] as [(String, String?)])
  func `an element of AWS's XML is found`(document: String, text: String?) {
    #expect(AWSReply.text(of: "Code", in: document) == text)
  }
}
