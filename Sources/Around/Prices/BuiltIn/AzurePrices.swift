// AzurePrices: a table of what Azure's global standard deployments cost, in dollars per million tokens, where that is not
// what OpenAI charges.

extension PriceList {
  static let azure = PriceList(
    "azure", page: "azure.microsoft.com/pricing/details/azure-openai", asOf: "2026-11-21",
    table: """
      gpt-3.5-turbo|gpt-35-turbo input=0.5 output=1.5 context=4097 maxOutput=4096
      gpt-4-turbo|gpt-4-turbo-vision-preview input=11 output=33 context=128000 maxOutput=4096
      gpt-4.1-nano input=0.1 cachedInput=0.025 output=0.4 context=1047576 maxOutput=32768
      gpt-4o-2024-05-13 input=5 output=15 context=128000 maxOutput=4096
      gpt-5-codex|gpt-5.1-codex|gpt-5.1-codex-max
        input=1.25 cachedInput=0.125 output=10 context=272000 maxOutput=128000
      gpt-5.1-codex-mini input=0.25 cachedInput=0.025 output=2 context=272000 maxOutput=128000
      gpt-5.2-codex input=1.75 cachedInput=0.175 output=14 context=272000 maxOutput=128000
      gpt-5.4-pro input=30 cachedInput=3 output=180 context=922000 maxOutput=128000
        above=272000 input=60 cachedInput=6 output=270
      gpt-5.5-pro input=30 cachedInput=3 output=180 context=1050000 maxOutput=128000
        above=272000 input=60 cachedInput=6 output=270
      gpt-audio input=2.5 audioInput=40 output=10 audioOutput=80 context=128000 maxOutput=16384
      o1-mini input=1.1 cachedInput=0.55 output=4.4 context=128000 maxOutput=65536
      text-embedding-3-large input=0.143 context=8192
      text-embedding-3-small input=0.022 context=8192
      text-embedding-ada-002 input=0.11 context=8192
      """)
}
