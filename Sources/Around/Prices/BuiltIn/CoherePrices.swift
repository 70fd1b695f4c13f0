// CoherePrices: a table of what Cohere charges, in dollars per million tokens.

extension PriceList {
  static let cohere = PriceList(
    "cohere", page: "cohere.com/pricing", asOf: "2026-11-21",
    table: """
      c4ai-aya-expanse-32b input=0.5 output=1.5 context=128000 maxOutput=4000
      command-a-03-2025 input=2.5 output=10 context=256000 maxOutput=8000
      command-r-08-2024 input=0.15 output=0.6 context=128000 maxOutput=4096
      command-r-plus-08-2024 input=2.5 output=10 context=128000 maxOutput=4096
      command-r7b-12-2024 input=0.0375 output=0.15 context=128000 maxOutput=4096
      embed-english-light-v3.0|embed-english-v3.0|embed-multilingual-light-v3.0|embed-multilingual-v3.0
        input=0.1 context=512
      embed-v4.0|embed-v5.0-pro input=0.12 context=128000
      embed-v5.0-fast input=0.08 context=128000
      """)
}
