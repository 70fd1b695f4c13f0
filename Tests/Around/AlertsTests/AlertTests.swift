import Bytes
import Exchange
import JSON
import Testing

@testable import Alerts

@Suite struct AlertTests {
  private func alert(user: String = "alice") throws -> Alert {
    let house = try House("cap: {per: \"header:x-user-id\", limit: 1000 tokens/day, alertAt: 0.75}")
    return try #require(house.look(reading(812, user: user, at: time(9)), at: time(9)).first)
  }

  @Test func `a person reads which budget, whose account, how much and until when`() throws {
    #expect(
      try alert().message
        == "Budget cap (header:x-user-id=alice) has used 81 % of its limit; alertAt is 0.75. It starts anew at "
        + "2026-11-21T00:00:00Z.")
  }

  @Test func `a webhook gets one flat document`() throws {
    var text = ByteBuffer()
    try alert().document.write(into: &text)
    #expect(
      String(text.span)
        == #"{"budget":"cap","scope":"header:x-user-id=alice","kind":"threshold","threshold":"0.75","#
        + #""unit":"totalTokens","used":812,"limit":1000,"resetsAt":"2026-11-21T00:00:00Z","at":"2026-11-20T09:00:00Z","#
        + #""message":"Budget cap (header:x-user-id=alice) has used 81 % of its limit; alertAt is 0.75. "#
        + #"It starts anew at 2026-11-21T00:00:00Z."}"#)
  }

  @Test func `those who watch get times in milliseconds`() throws {
    let details = try alert().details
    #expect(details["resetsAt"]?.integer == midnight + day)
    #expect(details["at"]?.integer == midnight + 9 * 3_600_000)
    #expect(details["used"]?.integer == 812)
  }

  @Test func `an agent's value cannot break out of the document`() throws {
    var text = ByteBuffer()
    try alert(user: "a\",\"used\":0,\"b\":\"\n").document.write(into: &text)
    let root = try JSONValue.parse(text.span)
    #expect(root["used"]?.integer == 812)
    #expect(root["scope"]?.string == "header:x-user-id=a\",\"used\":0,\"b\":\"\n")
  }
}
