import Bytes
import Exchange
import TLS
import Testing

@testable import Upstream

/// Signatures of 2015-08-30T12:36:00Z: those AWS publishes (get-vanilla, post-vanilla, the queries and the paths of its
/// test suite), and those that botocore 1.44 makes for paths of Bedrock's.
@Suite struct SigV4Tests {
  private let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
  private let moment = WallTime(milliseconds: 1_440_938_160_999)

  private func lines(
    _ method: String, _ target: String, _ body: String, token: String?, signer: inout SigV4, secret: String? = nil,
    at now: WallTime? = nil
  ) -> String {
    let keys = AWSKeys(
      accessKeyID: "AKIDEXAMPLE", secretAccessKey: secret ?? self.secret, sessionToken: token)
    let lines = signer.lines(
      method: method, target: target, host: "example.amazonaws.com", body: Digest(of: [ByteSlice(body)]), keys: keys,
      at: now ?? moment)
    return String(lines.span)
  }

  @Test(
    arguments: [
      ("GET", "/", "", nil, "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
      ("POST", "/", "", nil, "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
      (
        "GET", "/?Param2=value2&Param1=value1", "", nil,
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"
      ),
      (
        "GET", "/?Param1=value2&Param1=Value1", "", nil,
        "eedbc4e291e521cf13422ffca22be7d2eb8146eecf653089df300a15b2382bd1"
      ),
      ("GET", "/?b=2&a=&c&a=1", "", nil, "1bd3576446057c09627720f8d8cd5baa09c1169930cbd212646c51c39cb733f5"),
      ("GET", "/example/..", "", nil, "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
      ("GET", "//example//", "", nil, "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"),
      ("GET", "/./example", "", nil, "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5"),
      ("GET", "/example1/example2/../..", "", nil, "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
      ("GET", "/-._~0123456789ABCxyz", "", nil, "553ff3f1e6a03053119ca1ebd79a1881cbfb9dab5ddaab3c43a634a267b7c688"),
      (
        "POST", "/model/anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse", #"{"a":1}"#, nil,
        "5f1176b8de0243a7c802ee3a83e63609b3b42efea62e408c0fcbd9e5d978d291"
      ),
      (
        "POST", "/model/a:b/converse-stream", #"{"a":1}"#, "TOKEN/+=",
        "3626ba0fc5db7867f5db4a16fb5425996994bc3c85dbd0c3ac4f7b0acefb3a35"
      ),
      (
        "POST", "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fx/invoke", "\u{e9}", nil,
        "948a816cdaeb35c0901e8bfaf6a7250a8e82e186389e85aa088e5af297e26c70"
      ),
      (
        "GET", "/a%20b/c+d/@,;=!$&'()*", "", nil, "c65e311ef074176f142c01db5bf6214878c54bc31543a3251b0efa6f2ebfc1ca"
      ),
    ] as [(String, String, String, String?, String)])
  func `a signature is the one that AWS publishes`(
    method: String, target: String, body: String, token: String?, signature: String
  ) {
    var signer = SigV4(region: "us-east-1", service: "service")
    let extra = token.map { ("x-amz-security-token: \($0)\r\n", ";x-amz-security-token") } ?? ("", "")
    #expect(
      lines(method, target, body, token: token, signer: &signer)
        == "x-amz-date: 20150830T123600Z\r\n\(extra.0)"
        + "authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
        + "SignedHeaders=host;x-amz-date\(extra.1), Signature=\(signature)\r\n")
  }

  @Test func `the key that a day keeps is made anew for another day and another secret`() {
    let tomorrow = WallTime(milliseconds: moment.milliseconds + 86_400_000)
    var kept = SigV4(region: "us-east-1", service: "service")
    for (secret, now) in [("a", moment), ("a", moment), ("b", moment), ("b", tomorrow), ("a", moment)] {
      var fresh = SigV4(region: "us-east-1", service: "service")
      let expected = lines("GET", "/", "", token: nil, signer: &fresh, secret: secret, at: now)
      #expect(lines("GET", "/", "", token: nil, signer: &kept, secret: secret, at: now) == expected)
    }
  }

  @Test func `keys show their identifier and no more`() {
    let keys = AWSKeys(accessKeyID: "AKID", secretAccessKey: "secret", sessionToken: "session")
    #expect("\(keys)" == "the keys of AKID")
  }
}
