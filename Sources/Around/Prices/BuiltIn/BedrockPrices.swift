// BedrockPrices: a table of what AWS Bedrock charges, in dollars per million tokens; `regional.` stands for every geography
// but global and the government's.

extension PriceList {
  static let bedrock = PriceList(
    "bedrock", page: "aws.amazon.com/bedrock/pricing", asOf: "2026-11-21",
    table: """
      amazon.nova-2-lite-v1:0 input=0.3 cachedInput=0.075 output=2.5 context=1000000 maxOutput=64000
      amazon.nova-2-pro-preview-20251202-v1:0 input=1.25 cachedInput=0.3125 output=10 context=1000000 maxOutput=64000
      amazon.nova-lite-v1:0|us.amazon.nova-lite-v1:0
        input=0.06 cachedInput=0.015 output=0.24 context=300000 maxOutput=10000
      amazon.nova-micro-v1:0|us.amazon.nova-micro-v1:0
        input=0.035 cachedInput=0.00875 output=0.14 context=128000 maxOutput=10000
      amazon.nova-premier-v1:0 input=2.5 cachedInput=0.625 output=12.5 context=1000000 maxOutput=10000
      amazon.nova-pro-v1:0|us.amazon.nova-pro-v1:0 input=0.8 cachedInput=0.2 output=3.2 context=300000 maxOutput=10000
      amazon.titan-embed-text-v1 input=0.1 context=8192
      amazon.titan-embed-text-v2:0 input=0.02 context=8192
      anthropic.claude-3-5-haiku-20241022-v1:0
        input=0.8 cachedInput=0.08 cacheWrite=1 output=4 context=200000 maxOutput=8192
      anthropic.claude-3-5-sonnet-20240620-v1:0
        input=3 cachedInput=0.3 cacheWrite=3.75 output=15 context=200000 maxOutput=4096
      anthropic.claude-3-5-sonnet-20241022-v2:0|anthropic.claude-3-7-sonnet-20250219-v1:0
        input=3 cachedInput=0.3 cacheWrite=3.75 output=15 context=200000 maxOutput=8192
      anthropic.claude-fable-5
        input=10 cachedInput=1 cacheWrite=12.5 longCacheWrite=20 output=50 context=1000000 maxOutput=128000
      anthropic.claude-fable-5-1|anthropic.claude-mythos-5-1
        input=10 cachedInput=0.25 cacheWrite=12.5 longCacheWrite=20 output=50 context=1000000 maxOutput=128000
      anthropic.claude-haiku-4-5-20251001-v1:0
        input=1 cachedInput=0.1 cacheWrite=1.25 longCacheWrite=2 output=5 context=200000 maxOutput=64000
      anthropic.claude-haiku-5-5
        input=0.1 cachedInput=0.01 cacheWrite=0.125 longCacheWrite=0.2 output=0.5 context=1000000 maxOutput=128000
        above=100000 input=0.5 cachedInput=0.05 cacheWrite=0.625 longCacheWrite=1 output=2.5
      anthropic.claude-mythos-preview
        input=27.5 cachedInput=2.75 cacheWrite=34.375 longCacheWrite=55 output=137.5 context=1000000 maxOutput=128000
      anthropic.claude-opus-4-1-20250805-v1:0|anthropic.claude-opus-4-20250514-v1:0
        input=15 cachedInput=1.5 cacheWrite=18.75 output=75 context=200000 maxOutput=32000
      anthropic.claude-opus-4-5-20251101-v1:0
        input=5 cachedInput=0.5 cacheWrite=6.25 longCacheWrite=10 output=25 context=200000 maxOutput=64000
      anthropic.claude-opus-4-6-v1|anthropic.claude-opus-4-7|anthropic.claude-opus-4-8|anthropic.claude-opus-5
        input=5 cachedInput=0.5 cacheWrite=6.25 longCacheWrite=10 output=25 context=1000000 maxOutput=128000
      anthropic.claude-opus-5-5
        input=4 cachedInput=0.2 cacheWrite=5 longCacheWrite=8 output=20 context=1000000 maxOutput=128000
      anthropic.claude-sonnet-4-5-20250929-v1:0
        input=3 cachedInput=0.3 cacheWrite=3.75 longCacheWrite=6 output=15 context=200000 maxOutput=64000
        above=200000 input=6 cachedInput=0.6 cacheWrite=7.5 longCacheWrite=12 output=22.5
      anthropic.claude-sonnet-4-6
        input=3 cachedInput=0.3 cacheWrite=3.75 longCacheWrite=6 output=15 context=1000000 maxOutput=64000
      anthropic.claude-sonnet-5
        input=2 cachedInput=0.2 cacheWrite=2.5 longCacheWrite=4 output=10 context=1000000 maxOutput=128000
      anthropic.claude-sonnet-5-5
        input=2 cachedInput=0.1 cacheWrite=2.5 longCacheWrite=4 output=10 context=1000000 maxOutput=128000
      apac.amazon.nova-2-lite-v1:0|jp.amazon.nova-2-lite-v1:0
        input=0.396 cachedInput=0.099 output=3.311 context=1000000 maxOutput=64000
      apac.amazon.nova-lite-v1:0 input=0.063 cachedInput=0.01575 output=0.252 context=300000 maxOutput=10000
      apac.amazon.nova-micro-v1:0 input=0.037 cachedInput=0.00925 output=0.148 context=128000 maxOutput=10000
      apac.amazon.nova-pro-v1:0 input=0.84 cachedInput=0.21 output=3.36 context=300000 maxOutput=10000
      cohere.embed-english-v3|cohere.embed-multilingual-v3 input=0.1 context=512
      cohere.embed-v4:0 input=0.12 context=128000
      deepseek.r1-v1:0 input=1.35 output=5.4 context=128000 maxOutput=8192
      deepseek.v3-v1:0 input=0.58 output=1.68 context=128000 maxOutput=8000
      deepseek.v3.2 input=0.62 output=1.85 context=164000 maxOutput=8000
      eu.amazon.nova-2-lite-v1:0 input=0.429 cachedInput=0.10725 output=3.597 context=1000000 maxOutput=64000
      eu.amazon.nova-lite-v1:0 input=0.078 cachedInput=0.0195 output=0.312 context=300000 maxOutput=10000
      eu.amazon.nova-micro-v1:0 input=0.046 cachedInput=0.0115 output=0.184 context=128000 maxOutput=10000
      eu.amazon.nova-pro-v1:0 input=1.05 cachedInput=0.2625 output=4.2 context=300000 maxOutput=10000
      eu.deepseek.v3.2 input=0.74 output=2.22 context=163840 maxOutput=163840
      global.moonshotai.kimi-k3 input=3 cachedInput=0.3 cacheWrite=3.75 output=15 context=1000000 maxOutput=131072
      google.gemma-3-12b-it input=0.09 output=0.29 context=128000 maxOutput=8000
      google.gemma-3-27b-it input=0.23 output=0.38 context=128000 maxOutput=8000
      google.gemma-3-4b-it input=0.04 output=0.08 context=128000 maxOutput=8000
      meta.llama3-1-70b-instruct-v1:0|meta.llama3-3-70b-instruct-v1:0
        input=0.72 output=0.72 context=128000 maxOutput=4096
      meta.llama3-1-8b-instruct-v1:0 input=0.22 output=0.22 context=128000 maxOutput=4096
      meta.llama3-70b-instruct-v1:0 input=2.65 output=3.5 context=8192 maxOutput=8192
      meta.llama3-8b-instruct-v1:0 input=0.3 output=0.6 context=8192 maxOutput=8192
      meta.llama4-maverick-17b-instruct-v1:0 input=0.24 output=0.97 context=1000000 maxOutput=8192
      meta.llama4-scout-17b-instruct-v1:0 input=0.17 output=0.66 context=10000000 maxOutput=8192
      minimax.minimax-m2 input=0.3 output=1.2 context=1000000 maxOutput=8000
      minimax.minimax-m2.1|minimax.minimax-m2.5 input=0.3 output=1.2 context=196000 maxOutput=8000
      mistral.devstral-2-123b input=0.4 output=2 context=256000 maxOutput=32000
      mistral.magistral-small-2509 input=0.5 output=1.5 context=128000 maxOutput=40000
      mistral.ministral-3-14b-instruct input=0.2 output=0.2 context=128000 maxOutput=8000
      mistral.ministral-3-3b-instruct input=0.1 output=0.1 context=128000 maxOutput=8000
      mistral.ministral-3-8b-instruct input=0.15 output=0.15 context=128000 maxOutput=8000
      mistral.mistral-7b-instruct-v0:2 input=0.15 output=0.2 context=32000 maxOutput=4096
      mistral.mistral-large-3-675b-instruct input=0.5 output=1.5 context=256000 maxOutput=32000
      mistral.mixtral-8x7b-instruct-v0:1 input=0.45 output=0.7 context=32000 maxOutput=4096
      mistral.pixtral-large-2502-v1:0 input=2 output=6 context=128000 maxOutput=16384
      mistral.voxtral-mini-3b-2507 input=0.04 output=0.04 context=32768 maxOutput=8192
      mistral.voxtral-small-24b-2507 input=0.1 output=0.3 context=32768 maxOutput=8192
      moonshot.kimi-k2-thinking input=0.6 output=2.5 context=256000 maxOutput=16000
      moonshotai.kimi-k2.5 input=0.6 output=3 context=256000 maxOutput=16000
      moonshotai.kimi-k3 input=3.3 cachedInput=0.33 cacheWrite=4.125 output=16.5 context=1000000 maxOutput=131072
      nvidia.nemotron-nano-12b-v2 input=0.2 output=0.6 context=128000 maxOutput=8000
      nvidia.nemotron-nano-3-30b input=0.06 output=0.24 context=256000 maxOutput=8000
      nvidia.nemotron-nano-9b-v2 input=0.06 output=0.23 context=128000 maxOutput=8000
      nvidia.nemotron-super-3-120b input=0.15 output=0.65 context=256000 maxOutput=32000
      openai.gpt-5.4 input=2.5 cachedInput=0.25 output=15 context=922000 maxOutput=128000
        above=272000 input=5 cachedInput=0.5 output=22.5
      openai.gpt-5.5 input=5 cachedInput=0.5 output=30 context=922000 maxOutput=128000
        above=272000 input=10 cachedInput=1 output=45
      openai.gpt-5.6-luna input=0.2 cachedInput=0.02 cacheWrite=0.25 output=1.2 context=922000 maxOutput=128000
        above=272000 input=0.4 cachedInput=0.04 cacheWrite=0.5 output=1.8
      openai.gpt-5.6-sol input=4 cachedInput=0.4 cacheWrite=5 output=20 context=922000 maxOutput=128000
        above=272000 input=8 cachedInput=0.8 cacheWrite=10 output=30
      openai.gpt-5.6-terra input=2 cachedInput=0.2 cacheWrite=2.5 output=12 context=922000 maxOutput=128000
        above=272000 input=4 cachedInput=0.4 cacheWrite=5 output=18
      openai.gpt-6-astra input=10 cachedInput=1 cacheWrite=12.5 output=50 context=922000 maxOutput=128000
        above=272000 input=20 cachedInput=2 cacheWrite=25 output=75
      openai.gpt-6-luna input=0.1 cachedInput=0.01 cacheWrite=0.125 output=0.5 context=922000 maxOutput=128000
        above=272000 input=0.2 cachedInput=0.02 cacheWrite=0.25 output=0.75
      openai.gpt-6-sol input=2 cachedInput=0.2 cacheWrite=2.5 output=10 context=922000 maxOutput=128000
        above=272000 input=4 cachedInput=0.4 cacheWrite=5 output=15
      openai.gpt-6.1-sol input=2 cachedInput=0.1 cacheWrite=2.5 output=10 context=1000000 maxOutput=131072
        above=272000 input=4 cachedInput=0.2 cacheWrite=5 output=15
      openai.gpt-6.1-terra input=1 cachedInput=0.05 cacheWrite=1.25 output=5 context=922000 maxOutput=128000
        above=272000 input=2 cachedInput=0.1 cacheWrite=2.5 output=7.5
      openai.gpt-oss-120b-1:0 input=0.15 output=0.6 context=128000 maxOutput=16384
      openai.gpt-oss-20b-1:0 input=0.07 output=0.3 context=128000 maxOutput=16384
      openai.gpt-oss-safeguard-120b input=0.15 output=0.6 context=128000 maxOutput=16000
      openai.gpt-oss-safeguard-20b input=0.07 output=0.2 context=128000 maxOutput=16000
      qwen.qwen3-235b-a22b-2507-v1:0 input=0.22 output=0.88 context=262144 maxOutput=8192
      qwen.qwen3-32b-v1:0 input=0.15 output=0.6 context=32768 maxOutput=8192
      qwen.qwen3-coder-30b-a3b-v1:0 input=0.15 output=0.6 context=262144 maxOutput=16384
      qwen.qwen3-coder-480b-a35b-v1:0 input=0.45 output=1.8 context=262144 maxOutput=16384
      qwen.qwen3-coder-next input=0.5 output=1.2 context=256000 maxOutput=16000
      qwen.qwen3-next-80b-a3b input=0.15 output=1.2 context=256000 maxOutput=8000
      qwen.qwen3-vl-235b-a22b input=0.53 output=2.66 context=256000 maxOutput=8000
      regional.amazon.nova-2-pro-preview-20251202-v1:0
        input=1.375 cachedInput=0.34375 output=11 context=1000000 maxOutput=64000
      regional.anthropic.claude-fable-5|regional.anthropic.claude-mythos-5
        input=11 cachedInput=1.1 cacheWrite=13.75 longCacheWrite=22 output=55 context=1000000 maxOutput=128000
      regional.anthropic.claude-fable-5-1|regional.anthropic.claude-mythos-5-1
        input=11 cachedInput=0.275 cacheWrite=13.75 longCacheWrite=22 output=55 context=1000000 maxOutput=128000
      regional.anthropic.claude-haiku-4-5-20251001-v1:0
        input=1.1 cachedInput=0.11 cacheWrite=1.375 longCacheWrite=2.2 output=5.5 context=200000 maxOutput=64000
      regional.anthropic.claude-haiku-5-5
        input=0.11 cachedInput=0.011 cacheWrite=0.1375 longCacheWrite=0.22 output=0.55 context=1000000 maxOutput=128000
        above=100000 input=0.55 cachedInput=0.055 cacheWrite=0.6875 longCacheWrite=1.1 output=2.75
      regional.anthropic.claude-opus-4-5-20251101-v1:0
        input=5.5 cachedInput=0.55 cacheWrite=6.875 longCacheWrite=11 output=27.5 context=200000 maxOutput=64000
      regional.anthropic.claude-opus-4-6-v1|regional.anthropic.claude-opus-4-7|regional.anthropic.claude-opus-4-8
        input=5.5 cachedInput=0.55 cacheWrite=6.875 longCacheWrite=11 output=27.5 context=1000000 maxOutput=128000
      regional.anthropic.claude-opus-5
        input=5.5 cachedInput=0.55 cacheWrite=6.875 longCacheWrite=11 output=27.5 context=1000000 maxOutput=128000
      regional.anthropic.claude-opus-5-5
        input=4.4 cachedInput=0.22 cacheWrite=5.5 longCacheWrite=8.8 output=22 context=1000000 maxOutput=128000
      regional.anthropic.claude-sonnet-4-5-20250929-v1:0
        input=3.3 cachedInput=0.33 cacheWrite=4.125 longCacheWrite=6.6 output=16.5 context=200000 maxOutput=64000
        above=200000 input=6.6 cachedInput=0.66 cacheWrite=8.25 longCacheWrite=13.2 output=24.75
      regional.anthropic.claude-sonnet-4-6
        input=3.3 cachedInput=0.33 cacheWrite=4.125 longCacheWrite=6.6 output=16.5 context=1000000 maxOutput=64000
      regional.anthropic.claude-sonnet-5
        input=2.2 cachedInput=0.22 cacheWrite=2.75 longCacheWrite=4.4 output=11 context=1000000 maxOutput=128000
      regional.anthropic.claude-sonnet-5-5
        input=2.2 cachedInput=0.11 cacheWrite=2.75 longCacheWrite=4.4 output=11 context=1000000 maxOutput=128000
      regional.openai.gpt-5.4 input=2.75 cachedInput=0.275 output=16.5 context=922000 maxOutput=128000
        above=272000 input=5.5 cachedInput=0.55 output=24.75
      regional.openai.gpt-5.5 input=5.5 cachedInput=0.55 output=33 context=922000 maxOutput=128000
        above=272000 input=11 cachedInput=1.1 output=49.5
      regional.openai.gpt-5.6-luna
        input=0.22 cachedInput=0.022 cacheWrite=0.275 output=1.32 context=922000 maxOutput=128000
        above=272000 input=0.44 cachedInput=0.044 cacheWrite=0.55 output=1.98
      regional.openai.gpt-5.6-sol input=4.4 cachedInput=0.44 cacheWrite=5.5 output=22 context=922000 maxOutput=128000
        above=272000 input=8.8 cachedInput=0.88 cacheWrite=11 output=33
      regional.openai.gpt-5.6-terra
        input=2.2 cachedInput=0.22 cacheWrite=2.75 output=13.2 context=922000 maxOutput=128000
        above=272000 input=4.4 cachedInput=0.44 cacheWrite=5.5 output=19.8
      regional.openai.gpt-6-astra input=11 cachedInput=1.1 cacheWrite=13.75 output=55 context=922000 maxOutput=128000
        above=272000 input=22 cachedInput=2.2 cacheWrite=27.5 output=82.5
      regional.openai.gpt-6-luna
        input=0.11 cachedInput=0.011 cacheWrite=0.1375 output=0.55 context=922000 maxOutput=128000
        above=272000 input=0.22 cachedInput=0.022 cacheWrite=0.275 output=0.825
      regional.openai.gpt-6-sol input=2.2 cachedInput=0.22 cacheWrite=2.75 output=11 context=922000 maxOutput=128000
        above=272000 input=4.4 cachedInput=0.44 cacheWrite=5.5 output=16.5
      regional.openai.gpt-6.1-sol
        input=2.2 cachedInput=0.11 cacheWrite=2.75 output=11 context=1000000 maxOutput=131072
        above=272000 input=4.4 cachedInput=0.22 cacheWrite=5.5 output=16.5
      regional.openai.gpt-6.1-terra
        input=1.1 cachedInput=0.055 cacheWrite=1.375 output=5.5 context=922000 maxOutput=128000
        above=272000 input=2.2 cachedInput=0.11 cacheWrite=2.75 output=8.25
      regional.xai.grok-4.6 input=2.2 cachedInput=0.55 output=6.6 context=500000 maxOutput=500000
      regional.xai.grok-4.7 input=2.2 cachedInput=0.55 output=6.6 context=524288 maxOutput=524288
      regional.zai.glm-5.3
        input=1.848 cachedInput=0.3432 cacheWrite=2.31 output=5.808 context=1000000 maxOutput=128000
      us-gov.anthropic.claude-fable-5-1
        input=12 cachedInput=0.3 cacheWrite=15 longCacheWrite=24 output=60 context=1000000 maxOutput=128000
      us-gov.anthropic.claude-haiku-5-5
        input=0.12 cachedInput=0.012 cacheWrite=0.15 longCacheWrite=0.24 output=0.6 context=1000000 maxOutput=128000
        above=100000 input=0.6 cachedInput=0.06 cacheWrite=0.75 longCacheWrite=1.2 output=3
      us-gov.anthropic.claude-opus-4-8|us-gov.anthropic.claude-opus-5
        input=6 cachedInput=0.6 cacheWrite=7.5 longCacheWrite=12 output=30 context=1000000 maxOutput=128000
      us-gov.anthropic.claude-opus-5-5
        input=4.8 cachedInput=0.24 cacheWrite=6 longCacheWrite=9.6 output=24 context=1000000 maxOutput=128000
      us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0
        input=3.6 cachedInput=0.36 cacheWrite=4.5 longCacheWrite=7.2 output=18 context=200000 maxOutput=64000
        above=200000 input=7.2 cachedInput=0.72 cacheWrite=9 longCacheWrite=14.4 output=27
      us-gov.anthropic.claude-sonnet-5
        input=2.4 cachedInput=0.24 cacheWrite=3 longCacheWrite=4.8 output=12 context=1000000 maxOutput=128000
      us-gov.anthropic.claude-sonnet-5-5
        input=2.4 cachedInput=0.12 cacheWrite=3 longCacheWrite=4.8 output=12 context=1000000 maxOutput=128000
      us-gov.nvidia.nemotron-nano-12b-v2 input=0.24 output=0.72 context=128000 maxOutput=8192
      us-gov.nvidia.nemotron-nano-3-30b input=0.072 output=0.288 context=262144 maxOutput=8192
      us-gov.nvidia.nemotron-nano-9b-v2 input=0.072 output=0.276 context=128000 maxOutput=8192
      us-gov.nvidia.nemotron-super-3-120b input=0.18 output=0.78 context=256000 maxOutput=32768
      us-gov.openai.gpt-oss-120b-1:0 input=0.18 output=0.72 context=128000 maxOutput=16384
      us-gov.openai.gpt-oss-20b-1:0 input=0.084 output=0.36 context=128000 maxOutput=16384
      us-gov.xai.grok-4.6 input=2.64 cachedInput=0.66 output=7.92 context=500000 maxOutput=500000
      us.amazon.nova-2-lite-v1:0 input=0.33 cachedInput=0.0825 output=2.75 context=1000000 maxOutput=64000
      writer.palmyra-vision-7b input=0.15 output=0.6 context=4096 maxOutput=4096
      writer.palmyra-x4-v1:0 input=2.5 output=10 context=128000 maxOutput=8192
      writer.palmyra-x5-v1:0 input=0.6 output=6 context=128000 maxOutput=8192
      xai.grok-4.6 input=2 cachedInput=0.5 output=6 context=500000 maxOutput=500000
      xai.grok-4.7 input=2 cachedInput=0.5 output=6 context=524288 maxOutput=524288
      zai.glm-4.7 input=0.6 output=2.2 context=203000 maxOutput=128000
      zai.glm-4.7-flash input=0.07 output=0.4 context=203000 maxOutput=128000
      zai.glm-5 input=1 output=3.2 context=200000 maxOutput=128000
      zai.glm-5.3 input=1.68 cachedInput=0.312 cacheWrite=2.1 output=5.28 context=1000000 maxOutput=128000
      """)
}
