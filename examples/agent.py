"""An agent that knows nothing of aigw: its base URL comes from the environment, as with any OpenAI client.

    export OPENAI_BASE_URL=http://127.0.0.1:4000/v1
    python examples/agent.py "What is a sidecar?"
"""

import os
import sys

import openai


def main():
    question = " ".join(sys.argv[1:]) or "What is a sidecar?"
    # The SDK insists on a key; whatever stands here stays here, the sidecar puts the real one in.
    client = openai.OpenAI(api_key=os.environ.get("OPENAI_API_KEY", "not-needed-behind-a-sidecar"))
    try:
        stream = client.chat.completions.create(
            model="gpt-4o", messages=[{"role": "user", "content": question}], stream=True, max_tokens=60,
            extra_headers={"x-user-id": os.environ.get("AGENT_USER", "agent")})
        for chunk in stream:
            for choice in chunk.choices:
                print(choice.delta.content or "", end="", flush=True)
        print()
    except openai.RateLimitError as refused:
        sys.exit(f"the budget is spent: {refused.message}")
    except openai.APIError as failed:
        sys.exit(f"the call failed: {failed.message}")


if __name__ == "__main__":
    main()
