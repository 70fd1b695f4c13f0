"""What must never be seen outside the call itself. Every test's logs and metrics are searched for these."""

PROVIDER_KEY = "sk-provider-4d1f8a77c0ffee"
ROTATED_KEY = "sk-provider-9b2e6c55facade"
AGENT_KEY = "sk-agent-0a0b0c0d0e0f"
# Every prompt the tests send contains this word, and the mock echoes prompts, so replies contain it as well.
PROMPT = "marmalade-on-zanzibar"

SECRETS = {
    "the provider's key": PROVIDER_KEY,
    "the rotated key": ROTATED_KEY,
    "the agent's key": AGENT_KEY,
    "prompt text": PROMPT,
}
