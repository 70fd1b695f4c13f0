import Client
import Testing

@testable import Upstream

@Suite struct AWSHomeTests {
  private func home(
    _ environment: [String: String], _ home: Credential.AWSKeysHome = .usualPlaces, files: [String] = []
  ) throws(SecretError) -> AWSHome {
    try AWSHome(home, region: "eu-central-1", environment: environment, hasFile: files.contains)
  }

  private func problem(_ environment: [String: String]) -> String? {
    do throws(SecretError) {
      _ = try home(environment)
      return nil
    } catch { return error.message }
  }

  /// Each place is passed over only for those before it.
  @Test func `the places are looked at in AWS's order`() throws {
    var environment = [
      "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t",
      "AWS_WEB_IDENTITY_TOKEN_FILE": "/token", "AWS_ROLE_ARN": "arn", "HOME": "/h", "AWS_PROFILE": "p",
      "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "auth",
    ]
    #expect(try home(environment) == .keys(AWSKeys(accessKeyID: "A", secretAccessKey: "s", sessionToken: "t")))
    environment["AWS_SECRET_ACCESS_KEY"] = ""
    let sts = try #require(WebAddress("https://sts.eu-central-1.amazonaws.com"))
    #expect(try home(environment) == .source(.role(arn: "arn", session: "aigw", tokenFile: "/token", sts: sts)))
    environment["AWS_ROLE_ARN"] = nil
    #expect(try home(environment) == .source(.profile("p", path: "/h/.aws/credentials")))
    environment["AWS_PROFILE"] = nil
    #expect(
      try home(environment, files: ["/h/.aws/credentials"])
        == .source(.profile("default", path: "/h/.aws/credentials")))
    let container = try #require(WebAddress("http://169.254.170.2/v2/x"))
    #expect(try home(environment) == .source(.container(container, .value("auth"))))
    environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = "/auth"
    #expect(try home(environment) == .source(.container(container, .file("/auth"))))
    environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = nil
    let instance = try #require(WebAddress("http://169.254.169.254"))
    #expect(try home(environment) == .source(.instance(instance)))
  }

  @Test func `a named profile and a named role are looked for nowhere else`() throws {
    let environment = ["AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SHARED_CREDENTIALS_FILE": "/c"]
    #expect(try home(environment, .profile("p", file: nil)) == .source(.profile("p", path: "/c")))
    #expect(try home(environment, .profile("p", file: "/d")) == .source(.profile("p", path: "/d")))
    let sts = try #require(WebAddress("https://sts.eu-central-1.amazonaws.com"))
    #expect(
      try home(environment, .role(arn: "arn", tokenFile: "/t"))
        == .source(.role(arn: "arn", session: "aigw", tokenFile: "/t", sts: sts)))
  }

  @Test func `what cannot be is said, and no key is shown`() {
    #expect(
      problem(["AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "sec\nret"])
        == "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY or AWS_SESSION_TOKEN holds a character that cannot be part of a key"
    )
    #expect(
      problem(["AWS_EC2_METADATA_DISABLED": "TRUE"])
        == "no keys of AWS's are there: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile or a role")
    for name in ["AWS_EC2_METADATA_SERVICE_ENDPOINT", "AWS_CONTAINER_CREDENTIALS_FULL_URI"] {
      #expect(
        problem([name: "http://example.com/x"])
          == "\(name) must be an https address, or one of this machine or its link that begins with http://")
    }
  }
}
