// GeminiPrices: a table of what Google charges for Gemini, in dollars per million tokens.

extension PriceList {
  static let gemini = PriceList(
    "gemini", page: "ai.google.dev/gemini-api/docs/pricing", asOf: "2026-11-21",
    table: """
      gemini-2.5-flash input=0.3 cachedInput=0.03 audioInput=1 output=2.5 context=1048576 maxOutput=65536
      gemini-2.5-flash-lite input=0.1 cachedInput=0.01 audioInput=0.3 output=0.4 context=1048576 maxOutput=65536
      gemini-2.5-pro input=1.25 cachedInput=0.125 output=10 context=1048576 maxOutput=65536
        above=200000 input=2.5 cachedInput=0.25 output=15
      gemini-3-flash-preview input=0.5 cachedInput=0.05 audioInput=1 output=3 context=1048576 maxOutput=65536
      gemini-3.1-flash-lite input=0.25 cachedInput=0.025 audioInput=0.5 output=1.5 context=1048576 maxOutput=65536
      gemini-3.1-pro-preview|gemini-3.1-pro-preview-customtools|gemini-pro-latest
        input=2 cachedInput=0.2 output=12 context=1048576 maxOutput=65536
        above=200000 input=4 cachedInput=0.4 output=18
      gemini-3.5-flash input=1.5 cachedInput=0.15 output=9 context=1048576 maxOutput=65536
      gemini-3.5-flash-lite|gemini-flash-lite-latest
        input=0.3 cachedInput=0.03 output=2.5 context=1048576 maxOutput=65536
      gemini-3.6-flash|gemini-3.7-flash|gemini-3.8-flash|gemini-flash-latest
        input=0.75 cachedInput=0.075 output=3.75 context=1048576 maxOutput=65536
      gemini-4-argon input=2 cachedInput=0.1 output=10 context=1048576 maxOutput=1048576
      gemini-embedding-001 input=0.15 context=2048
      gemini-embedding-2|gemini-embedding-2-preview input=0.2 audioInput=6.5 context=8192
      gemini-omni-1.1-flash input=1.5 output=9 context=1048576 maxOutput=65536
      gemini-robotics-er-2-preview input=1 cachedInput=0.1 output=5 context=131072 maxOutput=65536
      gemini-robotics-er-2-streaming-preview input=1 output=5 context=131072 maxOutput=65536
      """)
}
