// DeepSeekPrices: a table of what DeepSeek charges at its dearest hours, in dollars per million tokens; at night and on
// weekends it is half.

extension PriceList {
  static let deepSeek = PriceList(
    "deepseek", page: "api-docs.deepseek.com/quick_start/pricing", asOf: "2026-11-21",
    table: """
      deepseek-flash|deepseek-v4-flash|deepseek-v4-flash-vision-exp
        input=0.3 cachedInput=0.006 output=1.2 context=1000000 maxOutput=393216
      deepseek-v4-pro input=1.32 cachedInput=0.044 output=3.96 context=1000000 maxOutput=393216
      """)
}
