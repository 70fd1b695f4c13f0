// OpenAIPrices: a table of what OpenAI charges, in dollars per million tokens.

extension PriceList {
  static let openAI = PriceList(
    "openai", page: "developers.openai.com/api/docs/pricing", asOf: "2026-11-21",
    table: """
      chat-latest input=5 cachedInput=0.5 output=30 context=400000 maxOutput=128000
      gpt-4.1 input=2 cachedInput=0.5 output=8 context=1047576 maxOutput=32768
      gpt-4.1-mini input=0.4 cachedInput=0.1 output=1.6 context=1047576 maxOutput=32768
      gpt-4o input=2.5 cachedInput=1.25 output=10 context=128000 maxOutput=16384
      gpt-4o-audio-preview-2024-12-17|gpt-4o-audio-preview-2025-06-03
        input=2.5 audioInput=40 output=10 audioOutput=80 context=128000 maxOutput=16384
      gpt-4o-mini input=0.15 cachedInput=0.075 output=0.6 context=128000 maxOutput=16384
      gpt-4o-mini-audio-preview-2024-12-17
        input=0.15 audioInput=10 output=0.6 audioOutput=20 context=128000 maxOutput=16384
      gpt-5|gpt-5.1 input=1.25 cachedInput=0.125 output=10 context=272000 maxOutput=128000
      gpt-5-mini input=0.25 cachedInput=0.025 output=2 context=272000 maxOutput=128000
      gpt-5-nano input=0.05 cachedInput=0.005 output=0.4 context=272000 maxOutput=128000
      gpt-5-pro input=15 output=120 context=400000 maxOutput=272000
      gpt-5.2|gpt-5.3-codex input=1.75 cachedInput=0.175 output=14 context=272000 maxOutput=128000
      gpt-5.2-pro input=21 output=168 context=272000 maxOutput=128000
      gpt-5.4 input=2.5 cachedInput=0.25 output=15 context=1050000 maxOutput=128000
        above=272000 input=5 cachedInput=0.5 output=22.5
      gpt-5.4-mini input=0.75 cachedInput=0.075 output=4.5 context=272000 maxOutput=128000
      gpt-5.4-nano input=0.2 cachedInput=0.02 output=1.25 context=272000 maxOutput=128000
      gpt-5.4-pro|gpt-5.5-pro input=30 output=180 context=1050000 maxOutput=128000
        above=272000 input=60 output=270
      gpt-5.5 input=5 cachedInput=0.5 output=30 context=1050000 maxOutput=128000
        above=272000 input=10 cachedInput=1 output=45
      gpt-5.6|gpt-5.6-sol
        input=4 cachedInput=0.4 cacheWrite=5 longCacheWrite=10 output=20 context=922000 maxOutput=128000
        above=272000 input=8 cachedInput=0.8 cacheWrite=10 longCacheWrite=20 output=30
      gpt-5.6-luna
        input=0.2 cachedInput=0.02 cacheWrite=0.25 longCacheWrite=0.5 output=1.2 context=922000 maxOutput=128000
        above=272000 input=0.4 cachedInput=0.04 cacheWrite=0.5 longCacheWrite=1 output=1.8
      gpt-5.6-terra input=2 cachedInput=0.2 cacheWrite=2.5 longCacheWrite=5 output=12 context=922000 maxOutput=128000
        above=272000 input=4 cachedInput=0.4 cacheWrite=5 longCacheWrite=10 output=18
      gpt-6-astra input=10 cachedInput=1 cacheWrite=12.5 longCacheWrite=25 output=50 context=922000 maxOutput=128000
        above=272000 input=20 cachedInput=2 cacheWrite=25 longCacheWrite=50 output=75
      gpt-6-luna
        input=0.1 cachedInput=0.01 cacheWrite=0.125 longCacheWrite=0.25 output=0.5 context=922000 maxOutput=128000
        above=272000 input=0.2 cachedInput=0.02 cacheWrite=0.25 longCacheWrite=0.5 output=0.75
      gpt-6-sol input=2 cachedInput=0.2 cacheWrite=2.5 longCacheWrite=5 output=10 context=922000 maxOutput=128000
        above=272000 input=4 cachedInput=0.4 cacheWrite=5 longCacheWrite=10 output=15
      gpt-6.1-sol input=2 cachedInput=0.1 cacheWrite=2.5 longCacheWrite=5 output=10 context=922000 maxOutput=128000
        above=272000 input=4 cachedInput=0.2 cacheWrite=5 longCacheWrite=10 output=15
      gpt-6.1-terra
        input=1 cachedInput=0.05 cacheWrite=1.25 longCacheWrite=2.5 output=5 context=922000 maxOutput=128000
        above=272000 input=2 cachedInput=0.1 cacheWrite=2.5 longCacheWrite=5 output=7.5
      gpt-audio|gpt-audio-1.5 input=2.5 audioInput=32 output=10 audioOutput=64 context=128000 maxOutput=16384
      gpt-audio-mini input=0.6 audioInput=10 output=2.4 audioOutput=20 context=128000 maxOutput=16384
      o3 input=2 cachedInput=0.5 output=8 context=200000 maxOutput=100000
      o3-pro input=20 output=80 context=200000 maxOutput=100000
      text-embedding-3-large input=0.13 context=8191
      text-embedding-3-small input=0.02 context=8191
      text-embedding-ada-002|text-embedding-ada-002-v2 input=0.1 context=8191
      ft:gpt-4.1 input=3 cachedInput=0.75 output=12 context=1047576 maxOutput=32768
      ft:gpt-4.1-mini input=0.8 cachedInput=0.2 output=3.2 context=1047576 maxOutput=32768
      ft:gpt-4o input=3.75 cachedInput=1.875 output=15 context=128000 maxOutput=16384
      ft:gpt-4o-mini input=0.3 cachedInput=0.15 output=1.2 context=128000 maxOutput=16384
      """)
}
