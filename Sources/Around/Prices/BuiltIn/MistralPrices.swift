// MistralPrices: a table of what Mistral charges, in dollars per million tokens.

extension PriceList {
  static let mistral = PriceList(
    "mistral", page: "mistral.ai/pricing", asOf: "2026-11-21",
    table: """
      codestral-2508|codestral-latest|mistral-code-fim-latest|mistral-code-latest
        input=0.3 cachedInput=0.03 output=0.9 context=128000 maxOutput=128000
      codestral-embed|codestral-embed-2505 input=0.15 cachedInput=0.015 context=8192
      codestral-mamba-latest input=0.25 cachedInput=0.025 output=0.25 context=256000 maxOutput=256000
      deepseek-v4-1-flash-1017 input=0.3 cachedInput=0.007 output=1.2 context=1048576 maxOutput=131072
      devstral-latest|devstral-medium-latest|mistral-code-agent-latest
        input=0.4 cachedInput=0.04 output=2 context=256000 maxOutput=256000
      devstral-small-latest input=0.1 cachedInput=0.01 output=0.3 context=256000 maxOutput=256000
      glm-5-2|zai-glm-5|zai-glm-5-3|zai-glm-latest
        input=1.4 cachedInput=0.14 output=4.4 context=1048576 maxOutput=131072
      magistral-medium-latest|mistral-medium|mistral-medium-2604|mistral-medium-3|mistral-medium-3-5
        input=1.5 cachedInput=0.15 output=7.5 context=262144 maxOutput=262144
      mistral-medium-3.5|mistral-medium-latest|mistral-vibe-cli-latest|mistral-vibe-cli-with-tools
        input=1.5 cachedInput=0.15 output=7.5 context=262144 maxOutput=262144
      magistral-small-latest|mistral-small-2603|mistral-small-latest|mistral-vibe-cli-fast
        input=0.15 cachedInput=0.015 output=0.6 context=262144 maxOutput=262144
      ministral-14b-2512|ministral-14b-latest|ministral-3-14b-2512
        input=0.2 cachedInput=0.02 output=0.2 context=262144 maxOutput=262144
      ministral-3-3b-2512|ministral-3b-2512|ministral-3b-latest
        input=0.1 cachedInput=0.01 output=0.1 context=131072 maxOutput=131072
      ministral-3-8b-2512|ministral-8b-2512|ministral-8b-latest
        input=0.15 cachedInput=0.015 output=0.15 context=262144 maxOutput=262144
      mistral-embed|mistral-embed-2312 input=0.1 context=8192
      mistral-large-2512|mistral-large-3|mistral-large-latest
        input=0.5 cachedInput=0.05 output=1.5 context=262144 maxOutput=262144
      mistral-large-4|mistral-large-4-0 input=1.36 cachedInput=0.14 output=4.18 context=1048576 maxOutput=1048576
      mistral-small input=0.1 cachedInput=0.01 output=0.3 context=32000 maxOutput=8191
      mistral-tiny input=0.25 cachedInput=0.025 output=0.25 context=32000 maxOutput=8191
      open-mistral-nemo input=0.3 cachedInput=0.03 output=0.3 context=128000 maxOutput=128000
      pixtral-large-latest input=2 cachedInput=0.2 output=6 context=128000 maxOutput=128000
      voxtral-small-2507|voxtral-small-latest input=0.1 cachedInput=0.01 output=0.4 context=32768 maxOutput=32768
      zai-glm-5-3-flash input=0.15 cachedInput=0.03 output=0.5 context=1048576 maxOutput=131072
      """)
}
