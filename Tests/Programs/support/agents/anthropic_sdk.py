"""Anthropic's SDK."""

import anthropic

from agents.said import PNG_BASE64, TOOLS, Agent, Call, Said
from secrets_of_the_tests import AGENT_KEY

FINISH = {"end_turn": "stop", "max_tokens": "length", "tool_use": "tools", "stop_sequence": "stop"}


class AnthropicAgent(Agent):
    dialect = "anthropic"
    errors = (anthropic.APIStatusError,)

    def __init__(self, sidecar, model):
        super().__init__(sidecar, model)
        self.sdk = anthropic.Anthropic(base_url=self.url, api_key=AGENT_KEY, max_retries=0, timeout=30)
        self.messages = []

    def say(self, text, stream=False, tools=False, think=False, image=False, schema=None, **more):
        content = [{"type": "text", "text": text}]
        if image:
            content.append({"type": "image", "source": {
                "type": "base64", "media_type": "image/png", "data": PNG_BASE64}})
        self.messages.append({"role": "user", "content": content})
        self.asked = {"max_tokens": 4096, **more}
        if tools:
            self.asked["tools"] = [{"name": name, "description": about, "input_schema": schema}
                                   for name, about, schema in TOOLS]
        if think:
            self.asked["thinking"] = {"type": "enabled", "budget_tokens": 1024}
        if schema:
            self.asked["output_config"] = {"format": {"type": "json_schema", "schema": schema}}
        return self._ask(stream)

    def answer(self, results, stream=False):
        self.messages.append({"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": id, "content": str(result),
             **({"is_error": True} if isinstance(result, Exception) else {})} for id, result in results.items()]})
        return self._ask(stream)

    def _ask(self, stream):
        pieces = 0
        if stream:
            with self.sdk.messages.stream(model=self.model, messages=self.messages, **self.asked) as events:
                for event in events:
                    pieces += event.type == "content_block_delta" and event.delta.type == "text_delta"
                reply = events.get_final_message()
        else:
            reply = self.sdk.messages.create(model=self.model, messages=self.messages, **self.asked)
        known = {"text": {"type", "text"}, "tool_use": {"type", "id", "name", "input"},
                 "thinking": {"type", "thinking", "signature"}, "redacted_thinking": {"type", "data"}}
        self.messages.append({"role": "assistant", "content": [
            block.model_dump(include=known[block.type]) for block in reply.content]})
        of = lambda kind: [block for block in reply.content if block.type == kind]
        usage = reply.usage
        return Said(
            "".join(block.text for block in of("text")), reply.model, FINISH[reply.stop_reason],
            [Call(block.id, block.name, block.input) for block in of("tool_use")],
            "".join(block.thinking for block in of("thinking")),
            usage.input_tokens + (usage.cache_read_input_tokens or 0) + (usage.cache_creation_input_tokens or 0),
            usage.output_tokens, pieces)
