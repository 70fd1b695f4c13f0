// TogetherPrices: a table of what Together charges, in dollars per million tokens.

extension PriceList {
  static let together = PriceList(
    "together", page: "www.together.ai/pricing", asOf: "2026-11-21",
    table: """
      BAAI/bge-base-en-v1.5 input=0.008 context=512
      MiniMaxAI/MiniMax-M2.7 input=0.3 cachedInput=0.06 output=1.2 context=196608
      MiniMaxAI/MiniMax-M3.1-Flash input=0.15 cachedInput=0.015 output=0.6 context=1048576 maxOutput=1048576
      Qwen/Qwen2-1.5B-Instruct input=0.02 output=0.02 context=32768 maxOutput=32768
      Qwen/Qwen2.5-14B-Instruct input=0.8 output=0.8 context=32768 maxOutput=32768
      Qwen/Qwen2.5-72B-Instruct input=1.2 output=1.2 context=32768 maxOutput=32768
      Qwen/Qwen2.5-7B-Instruct-Turbo input=0.3 output=0.3 context=32768
      Qwen/Qwen3.5-9B input=0.17 output=0.25 context=262144 maxOutput=262144
      Qwen/Qwen3.6-Plus input=0.5 output=3 context=1000000 maxOutput=1000000
      Qwen/Qwen3.7-Max input=1.5 cachedInput=0.3 output=4.5 context=1000000 maxOutput=1000000
      Qwen/Qwen3.7-Plus input=0.32 output=1.28 context=1000000 maxOutput=1000000
      Qwen/Qwen3.8-Flash input=0.15 output=0.47 context=1000000 maxOutput=1000000
      arcee-ai/trinity-mini input=0.045 output=0.15 context=128000 maxOutput=128000
      arize-ai/qwen-2-1.5b-instruct input=0.1 output=0.1 context=32768 maxOutput=32768
      deepseek-ai/DeepSeek-R1-0528 input=3 output=7 context=163840
      deepseek-ai/DeepSeek-V3 input=1.25 output=1.25 context=65536 maxOutput=8192
      deepseek-ai/DeepSeek-V4-Pro-0813 input=1.32 cachedInput=0.13 output=3.96 context=1048576 maxOutput=1048576
      deepseek-ai/DeepSeek-V4.1-Flash|deepseek-ai/DeepSeek-V4.1-Flash-1017
        input=0.3 cachedInput=0.006 output=1.2 context=1048576 maxOutput=1048576
      meta-llama/Llama-3.1-405B-Instruct input=3.5 output=3.5 context=4096 maxOutput=4096
      meta-llama/Llama-3.2-1B-Instruct|meta-llama/Llama-3.2-3B-Instruct
        input=0.06 output=0.06 context=131072 maxOutput=131072
      meta-llama/Meta-Llama-3.1-8B input=0.2 output=0.2 context=16384 maxOutput=16384
      meta-models/Muse-Glimmer-30B input=0.35 cachedInput=0.04 output=1.5 context=131072 maxOutput=131072
      meta-models/Muse-Spark-Open-816B-A42B input=1.25 cachedInput=0.15 output=4.25 context=1048576 maxOutput=1048576
      mistralai/Ministral-3-14B-Instruct-2512 input=0.2 output=0.2 context=262144
      mistralai/Mistral-7B-Instruct-v0.3 input=0.2 output=0.2 context=32768
      moonshotai/Kimi-K2-Instruct input=1 output=3
      moonshotai/Kimi-K2.5-fp4 input=0.5 output=2.8 context=262144
      moonshotai/Kimi-K3 input=3 cachedInput=0.3 output=15 context=1048576 maxOutput=1048576
      nvidia/NVIDIA-Nemotron-3.5-Super-VL input=0.15 cachedInput=0.02 output=0.5 context=262144 maxOutput=262144
      openai/gpt-oss-120b input=0.15 output=0.6 context=131072 maxOutput=131072
      reflection/Beam-1.0-501B-A23B input=0.4 cachedInput=0.04 output=1.2 context=1048576 maxOutput=1048576
      zai-org/GLM-4.6 input=0.6 output=2.2 context=202752 maxOutput=202752
      zai-org/GLM-5.2|zai-org/GLM-5.3 input=1.4 cachedInput=0.26 output=4.4 context=1048575 maxOutput=128000
      zai-org/GLM-5.3-Flash input=0.15 cachedInput=0.03 output=0.5 context=1048575 maxOutput=128000
      """)
}
