import Testing

@testable import Upstream

@Suite struct ProfileFileTests {
  private func keys(_ profile: String, _ text: String) -> Result<AWSKeys, TokenFault> {
    do throws(TokenFault) { return .success(try ProfileFile.keys(of: profile, in: text, at: "/c")) } catch {
      return .failure(error)
    }
  }

  @Test(arguments: [
    "[default]\naws_access_key_id = A\naws_secret_access_key = s/+=\n",
    "# a comment\r\n[other]\r\naws_access_key_id=X\r\n\r\n[ default ]\r\naws_access_key_id=A\r\naws_secret_access_key=s/+=",
    "[profile default]\nAWS_ACCESS_KEY_ID =A\n;x\nregion = x\naws_secret_access_key= s/+=\n[z]\naws_access_key_id = Z",
    "[default]\naws_access_key_id = B\n[default]\naws_access_key_id = A\naws_secret_access_key = s/+=\naws_session_token =",
  ])
  func `a profile's keys are found`(text: String) throws {
    #expect(try keys("default", text).get() == AWSKeys(accessKeyID: "A", secretAccessKey: "s/+="))
  }

  @Test func `a session token belongs to the keys`() throws {
    let text = "[p]\naws_access_key_id=A\naws_secret_access_key=s\naws_session_token=t"
    #expect(
      try keys("p", text).get() == AWSKeys(accessKeyID: "A", secretAccessKey: "s", sessionToken: "t"))
  }

  @Test(arguments: [
    ("", "/c has no profile p"), ("[q]\naws_access_key_id=A\naws_secret_access_key=secret", "/c has no profile p"),
    ("[p]\naws_access_key_id=A", "profile p of /c lacks aws_access_key_id or aws_secret_access_key"),
    (
      "[p]\nrole_arn=arn\nsource_profile=q",
      "profile p of /c is made of another credential, which is not supported: name keys, or a role"
    ),
    (
      "[p]\naws_access_key_id=A\naws_secret_access_key=sec ret",
      "profile p of /c holds a character that cannot be part of a key"
    ),
  ])
  func `what is missing is named, and no key is shown`(text: String, message: String) {
    #expect(keys("p", text) == .failure(TokenFault(message)))
  }
}
