// GroqPrices: a table of what Groq charges, in dollars per million tokens.

extension PriceList {
  static let groq = PriceList(
    "groq", page: "groq.com/pricing", asOf: "2026-11-21",
    table: """
      meta-llama/llama-prompt-guard-2-22m input=0.03 output=0.03 context=512 maxOutput=512
      meta-llama/llama-prompt-guard-2-86m input=0.04 output=0.04 context=512 maxOutput=512
      openai/gpt-oss-120b input=0.15 cachedInput=0.075 output=0.6 context=131072 maxOutput=65536
      openai/gpt-oss-20b input=0.075 cachedInput=0.0375 output=0.3 context=131072 maxOutput=65536
      openai/gpt-oss-safeguard-20b input=0.075 cachedInput=0.037 output=0.3 context=131072 maxOutput=65536
      qwen/qwen3.8-27b input=0.8 output=4 context=131072 maxOutput=16384
      """)
}
