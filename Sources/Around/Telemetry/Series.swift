// Series: the counters of one model asked of one backend.

/// Added to on the path, so plain integers; read when scraped.
public final class Series {
  public let model: String
  public let backend: String
  public private(set) var statuses: [Int: Int] = [:]
  public private(set) var input: Int64 = 0
  public private(set) var output: Int64 = 0
  public private(set) var cachedInput: Int64 = 0
  public private(set) var reasoning: Int64 = 0
  public private(set) var duration = Histogram()
  /// Time to first token.
  public private(set) var firstToken = Histogram()

  init(model: String, backend: String) {
    self.model = model
    self.backend = backend
  }

  var labels: [(String, String)] { [("backend", backend), ("model", model)] }
  var tokens: [(String, Int64)] {
    [("input", input), ("output", output), ("cached_input", cachedInput), ("reasoning", reasoning)]
  }

  /// One attempt ended: its HTTP status (0 when none came) and how long it took.
  public func ended(status: Int, microseconds: Int64) {
    statuses[status, default: 0] += 1
    duration.record(microseconds: microseconds)
  }

  public func firstTokenCame(afterMicroseconds microseconds: Int64) { firstToken.record(microseconds: microseconds) }

  /// Tokens settled; counts saturate and never go back.
  public func consumed(input: Int64, output: Int64, cachedInput: Int64, reasoning: Int64) {
    self.input = Self.sum(self.input, input)
    self.output = Self.sum(self.output, output)
    self.cachedInput = Self.sum(self.cachedInput, cachedInput)
    self.reasoning = Self.sum(self.reasoning, reasoning)
  }

  private static func sum(_ left: Int64, _ right: Int64) -> Int64 {
    let (sum, overflow) = left.addingReportingOverflow(max(0, right))
    return overflow ? .max : sum
  }
}

/// Counts by upper bound, in the buckets OpenTelemetry's GenAI conventions propose for durations.
public struct Histogram: Sendable {
  /// Upper bounds in microseconds: 10 ms, then doubling to about 82 s.
  static let bounds: InlineArray<14, Int64> = [
    10_000, 20_000, 40_000, 80_000, 160_000, 320_000, 640_000, 1_280_000, 2_560_000, 5_120_000, 10_240_000,
    20_480_000, 40_960_000, 81_920_000,
  ]
  /// How many fell into each bucket; the last is everything longer.
  private(set) var counts: InlineArray<15, Int> = .init(repeating: 0)
  private(set) var sumMicroseconds: Int64 = 0

  mutating func record(microseconds: Int64) {
    var bucket = 0
    while bucket < 14, microseconds > Self.bounds[bucket] { bucket += 1 }
    counts[bucket] += 1
    sumMicroseconds &+= microseconds
  }
}
