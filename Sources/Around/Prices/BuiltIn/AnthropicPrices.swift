// AnthropicPrices: a table of what Anthropic charges, in dollars per million tokens.

extension PriceList {
  static let anthropic = PriceList(
    "anthropic", page: "platform.claude.com/docs/en/about-claude/pricing", asOf: "2026-11-21",
    table: """
      claude-fable-5|claude-mythos-5
        input=10 cachedInput=1 cacheWrite=12.5 longCacheWrite=20 output=50 context=1000000 maxOutput=128000
      claude-fable-5-1|claude-mythos-5-1
        input=10 cachedInput=0.25 cacheWrite=12.5 longCacheWrite=20 output=50 context=1000000 maxOutput=128000
      claude-haiku-4-5
        input=1 cachedInput=0.1 cacheWrite=1.25 longCacheWrite=2 output=5 context=200000 maxOutput=64000
      claude-haiku-5-5
        input=0.1 cachedInput=0.01 cacheWrite=0.125 longCacheWrite=0.2 output=0.5 context=1000000 maxOutput=128000
        above=100000 input=0.5 cachedInput=0.05 cacheWrite=0.625 longCacheWrite=1 output=2.5
      claude-opus-4-5
        input=5 cachedInput=0.5 cacheWrite=6.25 longCacheWrite=10 output=25 context=200000 maxOutput=64000
      claude-opus-4-6|claude-opus-4-7|claude-opus-4-8|claude-opus-5
        input=5 cachedInput=0.5 cacheWrite=6.25 longCacheWrite=10 output=25 context=1000000 maxOutput=128000
      claude-opus-5-5 input=4 cachedInput=0.2 cacheWrite=5 longCacheWrite=8 output=20 context=1000000 maxOutput=128000
      claude-sonnet-4-5
        input=3 cachedInput=0.3 cacheWrite=3.75 longCacheWrite=6 output=15 context=200000 maxOutput=64000
      claude-sonnet-4-6
        input=3 cachedInput=0.3 cacheWrite=3.75 longCacheWrite=6 output=15 context=1000000 maxOutput=128000
      claude-sonnet-5
        input=2 cachedInput=0.2 cacheWrite=2.5 longCacheWrite=4 output=10 context=1000000 maxOutput=128000
      claude-sonnet-5-5
        input=2 cachedInput=0.1 cacheWrite=2.5 longCacheWrite=4 output=10 context=1000000 maxOutput=128000
      """)
}
