import Dialects
import Exchange
import HTTP
import Meters
import TestSupport
import Testing

@testable import Admission
@testable import Gateway

@Suite struct RescueTests {
  private func refusal(
    _ cause: Refusal.Cause = .spent, scope: [BudgetRule.Selector] = [], retryAfterMs: Int64?
  ) -> Refusal {
    Refusal(
      budget: BudgetName("per-user"), cause: cause, scope: scope, unit: .totalTokens, limit: 50_000,
      shape: .calendarWindow(.init(.hour)), used: 49_800, reserved: 100, needed: 300,
      resetsAt: WallTime(milliseconds: 1_772_362_800_000), retryAfterMs: retryAfterMs)
  }

  private func rescue(
    _ refusal: Refusal, in dialect: Dialect = .openAI, retryableWithinMs: Int64 = 60_000, conditions: [String] = []
  ) -> Rescue {
    Rescue(
      refusal, in: dialect, retryableWithinMs: retryableWithinMs, at: WallTime(milliseconds: 1_772_359_200_000),
      conditions: conditions)
  }

  @Test func aRefusalNamesTheBudgetAndStopsRetryLoops() {
    let rescue = rescue(refusal(scope: [.init(.header("x-user-id"), "alice \"a\"")], retryAfterMs: 3_600_000))
    #expect(rescue.status == 429)
    #expect(
      fields(rescue) == [
        "x-should-retry: false", "retry-after: 3600", "retry-after-ms: 3600000", "x-ratelimit-limit-tokens: 50000",
        "x-ratelimit-remaining-tokens: 100", "x-ratelimit-reset-tokens: 1h0m0s",
      ])
    #expect(
      text(rescue.body(in: .openAI))
        == "{\"error\":{\"message\":\"Budget per-user (header:x-user-id=alice \\\"a\\\") allows 50000 tokens per hour: "
        + "49800 used, 100 held by open calls, 300 needed for this one. It is whole again at 2026-03-01T11:00:00Z.\","
        + "\"type\":\"insufficient_quota\",\"param\":null,\"code\":\"budget_exceeded\",\"budget\":\"per-user\","
        + "\"scope\":{\"header:x-user-id\":\"alice \\\"a\\\"\"},\"unit\":\"totalTokens\",\"limit\":50000,"
        + "\"used\":49800,\"reserved\":100,\"needed\":300,\"resetsAt\":\"2026-03-01T11:00:00Z\","
        + "\"retryAfterMs\":3600000}}")
  }

  static let waits: [(ms: Int64, seconds: String, milliseconds: String)] = [
    (0, "1", "1"), (1, "1", "1"), (1000, "1", "1000"), (1001, "2", "1001"), (59_999, "60", "59999"),
  ]

  @Test(arguments: waits) func theWaitIsRoundedUpToWholeSeconds(
    _ row: (ms: Int64, seconds: String, milliseconds: String)
  ) {
    #expect(
      fields(rescue(refusal(.held, retryAfterMs: row.ms))).prefix(2)
        == ["retry-after: \(row.seconds)", "retry-after-ms: \(row.milliseconds)"])
  }

  @Test func aCallThatCanNeverFitIsNotToldToComeBack() {
    let rescue = rescue(refusal(.tooLarge, retryAfterMs: nil))
    #expect(fields(rescue)[0] == "x-should-retry: false")
    #expect(!fields(rescue).contains { $0.hasPrefix("retry-after") })
    #expect(!text(rescue.body(in: .openAI)).contains("retryAfterMs"))
  }

  @Test(arguments: [(60_000, 60_000, false), (60_001, 60_000, true), (1, 0, true), (300_000, 300_000, false)])
  func anSDKIsToldNotToRetryWhereTheWaitIsLongerThanThePolicySays(_ waitMs: Int64, _ withinMs: Int64, _ isTold: Bool) {
    let fields = fields(rescue(refusal(retryAfterMs: waitMs), retryableWithinMs: withinMs))
    #expect(fields.contains("x-should-retry: false") == isTold)
    #expect(fields.contains("retry-after-ms: \(waitMs)"))
  }

  @Test func whereNoConditionHoldsTheRefusalSaysWhichOnesThereAre() {
    let rescue = rescue(
      refusal(retryAfterMs: 9), conditions: ["big when budget.remaining > 0.5", "small when hour < 6"])
    #expect(rescue.fault.code == "budget_exceeded")
    #expect(
      rescue.fault.message
        == "Too little of budget per-user is left for any backend: 100 of 50000 (big when budget.remaining > 0.5; "
        + "small when hour < 6). It is whole again at 2026-03-01T11:00:00Z.")
  }

  @Test func whereNoConditionHoldsAndNoBudgetIsShortTheGatewayCannotServe() {
    let rescue = Rescue(noCandidateOf: ModelName("gpt-4o"), asked: ["night when hour < 6"])
    #expect(rescue.status == 503)
    #expect(
      rescue.fault.message
        == "No backend may be asked for the model gpt-4o now. They are asked under conditions: night when hour < 6.")
  }

  // MARK: faults

  @Test func aFaultKeepsItsStatusAndItsSentence() {
    let rescue = Rescue(
      Fault(
        party: .agent, status: 404, type: "invalid_request_error", code: "unknown_model", param: "model",
        message: "No model \"x\"."))
    #expect(rescue.status == 404 && rescue.fields.isEmpty)
    #expect(
      text(rescue.body(in: .openAI))
        == "{\"error\":{\"message\":\"No model \\\"x\\\".\",\"type\":\"invalid_request_error\",\"param\":\"model\","
        + "\"code\":\"unknown_model\"}}")
  }

  @Test(arguments: ["POST", "GET"]) func aWrongMethodIsToldTheRightOne(_ method: String) {
    let fault = Fault(
      party: .agent, status: 405, type: "invalid_request_error", code: "method_not_allowed",
      message: "PUT /v1/GET. is not allowed.", allowedMethod: method)
    #expect(fields(Rescue(fault)) == ["allow: \(method)"])
  }

  @Test func bytesThatAreNoRequestAreRefusedInTheSameShape() {
    let rescue = Rescue(HTTPError(status: 431, "The request was refused: its head is longer than 64 bytes."))
    #expect(rescue.status == 431)
    #expect(
      text(rescue.body(in: .openAI))
        == "{\"error\":{\"message\":\"The request was refused: its head is longer than 64 bytes.\","
        + "\"type\":\"invalid_request_error\",\"param\":null,\"code\":\"malformed_request\"}}")
  }

  @Test func whenNobodyAnsweredAllThatWereTriedAreNamed() {
    let tried = [
      Failure(BackendName("openai"), .passedOver("circuit open")),
      Failure(
        BackendName("local"), .connection(.unreachable("connect to 127.0.0.1:1: connection refused"))),
    ]
    let rescue = Rescue(nobodyAnswered: tried, model: ModelName("gpt-4o"))
    #expect(rescue.status == 502 && rescue.fields.isEmpty)
    #expect(
      text(rescue.body(in: .openAI))
        == "{\"error\":{\"message\":\"No backend answered for the model gpt-4o. Tried openai: circuit open; "
        + "local: connect to 127.0.0.1:1: connection refused.\",\"type\":\"server_error\",\"param\":null,"
        + "\"code\":\"upstream_unavailable\"}}")
  }

  @Test func whenTheLastOneTimedOutTheAgentIsToldSo() {
    let tried = [Failure(BackendName("local"), .connection(.timedOut(.firstByte, afterMs: 9)))]
    let rescue = Rescue(nobodyAnswered: tried, model: nil)
    #expect(rescue.status == 504)
    #expect(
      text(rescue.body(in: .openAI))
        == "{\"error\":{\"message\":\"No backend answered the request. Tried local: no reply within 9 ms.\","
        + "\"type\":\"timeout_error\",\"param\":null,\"code\":\"upstream_timeout\"}}")
  }

  @Test func aBrokenStreamSaysThatItIsIncomplete() {
    let fault = Rescue.streamFault("its reply stalled for 9 ms", backend: BackendName("local"))
    #expect(fault.code == "stream_interrupted" && fault.party == .provider)
    #expect(
      fault.message
        == "The stream from backend local broke off: its reply stalled for 9 ms. What came before is incomplete.")
  }

  private func fields(_ rescue: Rescue) -> [String] { rescue.fields.map { "\($0.name): \($0.value)" } }
}
