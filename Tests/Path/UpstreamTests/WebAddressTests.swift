import Testing

@testable import Upstream

@Suite struct WebAddressTests {
  @Test(arguments: [
    ("https://sts.eu-central-1.amazonaws.com", "sts.eu-central-1.amazonaws.com", 443, "/"),
    ("HTTPS://OAuth2.googleapis.com/token", "oauth2.googleapis.com", 443, "/token"),
    ("http://169.254.170.2/v2/credentials/1?x=1", "169.254.170.2", 80, "/v2/credentials/1?x=1"),
    ("http://127.0.0.1:8080?x", "127.0.0.1:8080", 8080, "/?x"), ("http://[::1]:81/a", "[::1]:81", 81, "/a"),
    ("http://[fd00:ec2::254]", "[fd00:ec2::254]", 80, "/"), ("http://localhost", "localhost", 80, "/"),
    ("http://metadata.google.internal", "metadata.google.internal", 80, "/"),
  ])
  func `an address is taken apart`(text: String, authority: String, port: UInt16, target: String) throws {
    let address = try #require(WebAddress(text))
    #expect(address.authority == authority)
    #expect(address.port == port)
    #expect(address.target == target)
    #expect(address.at("/other").target == "/other")
  }

  @Test(arguments: [
    "", "https://", "ftp://h", "h", "https://h:0", "https://h:x", "https://h:65536", "https://a:b:c", "https://u@h",
    "https://h/a b", "https://h/\r\n", "https://h#f", "https://[::1", "https://[::1]x", "https://\u{e9}",
    // Plain http beyond this machine and its link would show credentials to whoever listens.
    "http://example.com", "http://127.evil.com", "http://169.254.evil.com", "http://10.0.0.1", "http://[2001:db8::1]",
  ])
  func `what could be misread, or would be overheard, is refused`(text: String) {
    #expect(WebAddress(text) == nil)
  }
}
