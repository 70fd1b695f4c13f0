// Usage+Disputed: reports of providers that cannot be true.

extension Usage {
  /// More tokens than any one call can have: a thousand million.
  private static let tokensPlausibleMax = TokenCount(1_000_000_000)

  /// The numbers contradict each other, or are none a provider can mean: below zero, absurdly many, parts larger than
  /// their whole, or a total that is not the sum of its parts. Reasoning may be counted beside the output.
  public var isDisputed: Bool {
    let counts = [
      input, output, reportedTotal, cachedInput, cacheCreationInput, longCacheCreationInput, audioInput, reasoning,
      audioOutput,
    ]
    if counts.contains(where: { $0.map { $0 < .zero || $0 > Self.tokensPlausibleMax } ?? false }) { return true }
    if let input, (cachedInput ?? .zero) + (cacheCreationInput ?? .zero) > input { return true }
    if let longCacheCreationInput, longCacheCreationInput > cacheCreationInput ?? .zero { return true }
    if let reportedTotal, let input, let output {
      let sum = input + output
      return reportedTotal != sum && reportedTotal != sum + (reasoning ?? .zero)
    }
    return false
  }
}
