import Exchange
import Testing

@testable import Policy

@Suite struct PassThroughTests {
  private static let head = "backends: {o: {provider: openai, baseURL: http://x}}\n"

  @Test func `everything that cannot be bounded is closed unless the policy says otherwise`() throws {
    #expect(try policy(Self.head).passThrough == .deny)
    #expect(try policy(Self.head + "passThrough: deny").passThrough.entry("/v1/ocr") == nil)
    #expect(try policy(Self.head + "passThrough: allow").passThrough.entry("/v1/ocr") != nil)
  }

  @Test func `endpoints are opened by either of their names, with a charge or without`() throws {
    let open = try policy(
      Self.head + """
        passThrough:
          - /v1/ocr
          - {endpoint: "/v1/threads/{id}/runs", charge: $0.02}
          - {endpoint: /v1/score, charge: 0.5}
        """
    ).passThrough
    #expect(open.entry("/v1/ocr")?.charge == nil)
    #expect(open.entry("/v1/threads/{id}/runs", "/v1/threads/t_1/runs")?.charge == NanoDollars(20_000_000))
    #expect(open.entry("", "/v1/score")?.charge == NanoDollars(500_000_000))
    #expect(open.entry("/v1/rerank", "/v1/rerank") == nil)
  }

  @Test(arguments: [
    ("yes", "must be deny, allow or a list of endpoints such as [/v1/audio/speech], and is \"yes\""),
    ("[v1/ocr]", "must be a path such as /v1/audio/speech, and is \"v1/ocr\""),
    ("[{charge: $1}]", "has no endpoint; write its path, as in endpoint: /v1/audio/speech"),
    ("[{endpoint: /v1/ocr, charge: $-1}]", "must not be negative; it is \"$-1\""),
    ("[{endpoint: /v1/ocr, charge: [1]}]", "must be dollars such as $0.02, and is a list"),
  ])
  func `a door that cannot be read is reported`(text: String, message: String) {
    let lines = complaints(Self.head + "passThrough: \(text)")
    #expect(lines.count == 1 && lines[0].hasSuffix(message), "\(lines)")
  }
}
