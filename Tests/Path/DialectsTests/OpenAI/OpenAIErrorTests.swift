import Bytes
import Exchange
import JSON
import TestSupport
import Testing

@testable import Dialects
@testable import Hub
@testable import OpenAI

@Suite struct OpenAIErrorTests {
  private func fault(_ message: String, param: String? = nil) -> Fault {
    Fault(party: .agent, status: 400, type: "invalid_request_error", code: "bad", param: param, message: message)
  }

  @Test func theBodyHasTheFourMembersSDKsReadInTheirOrder() {
    #expect(
      text(OpenAIError.body(of: fault("No.", param: "n")))
        == "{\"error\":{\"message\":\"No.\",\"type\":\"invalid_request_error\",\"param\":\"n\",\"code\":\"bad\"}}")
    #expect(
      text(OpenAIError.body(of: fault("No.")))
        == "{\"error\":{\"message\":\"No.\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":\"bad\"}}")
  }

  @Test func detailsFollowInsideTheError() {
    let body = OpenAIError.body(of: fault("No."), details: [("limit", .integer(5)), ("scope", .object([]))])
    #expect(
      text(body)
        == "{\"error\":{\"message\":\"No.\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":\"bad\","
        + "\"limit\":5,\"scope\":{}}}")
  }

  @Test(arguments: [
    "say \"no\" to C:\\temp", "two\nlines\r\tand a \u{1} bell", "caf\u{e9} \u{1F600} \u{2028}", "</script>", "",
  ])
  func anyMessageIsEscapedAndReadsBackTheSame(_ message: String) throws {
    let body = OpenAIError.body(of: fault(message))
    let document = try JSONValue.parse(body.span)
    #expect(document["error"]?["message"]?.string == message)
    #expect(!text(body).contains("\n"))
  }

  @Test func theEventEndsWithABlankLineAndNoDoneFollows() {
    let event = text(OpenAIError.event(of: fault("It broke\noff.")))
    #expect(
      event
        == "data: {\"error\":{\"message\":\"It broke\\noff.\",\"type\":\"invalid_request_error\",\"param\":null,"
        + "\"code\":\"bad\"}}\n\n")
    #expect(!event.contains("[DONE]"))
  }
}
