import Bytes
import Telemetry
import Testing

@Suite struct MetricsTests {
  private func page(_ metrics: Metrics, _ budgets: [Metrics.BudgetGauge] = []) -> String {
    var buffer = ByteBuffer()
    metrics.write(budgets: budgets, into: &buffer)
    return String(buffer.span)
  }

  @Test func whatThePathCountedIsOnThePage() {
    let metrics = Metrics()
    let series = metrics.series(model: "gpt-4o", backend: "openai")
    series.ended(status: 200, microseconds: 15_000)
    series.ended(status: 429, microseconds: 100)
    series.consumed(input: 11, output: 5, cachedInput: 0, reasoning: 0)
    metrics.fellBack(from: "openai", to: "anthropic", reason: "rateLimit")
    metrics.alerted(budget: "cap", kind: "burn")
    metrics.alerted(budget: "cap", kind: "burn")
    metrics.wouldHaveRefused(budget: "watched")
    metrics.loopRefusals += 3
    let text = page(
      metrics, [.init(budget: "cap", unit: "totalTokens", key: "", limit: 100, used: 16, reserved: 4)])
    for line in [
      "ai_gateway_requests_total{backend=\"openai\",model=\"gpt-4o\",code=\"200\"} 1",
      "ai_gateway_tokens_total{backend=\"openai\",model=\"gpt-4o\",type=\"input\"} 11",
      "ai_gateway_request_duration_seconds_bucket{backend=\"openai\",model=\"gpt-4o\",le=\"0.010000\"} 1",
      "ai_gateway_request_duration_seconds_bucket{backend=\"openai\",model=\"gpt-4o\",le=\"0.020000\"} 2",
      "ai_gateway_request_duration_seconds_sum{backend=\"openai\",model=\"gpt-4o\"} 0.015100",
      "ai_gateway_fallback_total{from=\"openai\",to=\"anthropic\",reason=\"rateLimit\"} 1",
      "ai_gateway_budget_alerts_total{budget=\"cap\",kind=\"burn\"} 2", "ai_gateway_loop_refusals_total 3",
      "ai_gateway_budget_shadow_refusals_total{budget=\"watched\"} 1",
      "ai_gateway_budget_used{budget=\"cap\",key=\"\",unit=\"totalTokens\"} 16",
    ] { #expect(text.contains(line + "\n"), "\(line)") }
  }

  @Test func labelValuesCannotBreakOutOfTheirQuotes() {
    let metrics = Metrics()
    metrics.series(model: "a\"b\\c\nd", backend: "x").ended(status: 200, microseconds: 1)
    #expect(page(metrics).contains("model=\"a\\\"b\\\\c\\nd\""))
  }

  @Test func inventedModelNamesShareOneSeriesOnceThereAreTooMany() {
    let metrics = Metrics()
    for number in 0..<(Metrics.Limits.seriesMax + 50) {
      metrics.series(model: "m\(number)", backend: "b").ended(status: 200, microseconds: 1)
    }
    #expect(page(metrics).contains("model=\"other\",code=\"200\"} 50\n"))
  }
}
