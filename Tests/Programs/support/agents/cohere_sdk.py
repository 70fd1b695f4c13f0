"""Cohere's SDK, its second version."""

import json

import cohere
from cohere.core.api_error import ApiError

from agents.said import PNG_BASE64, TOOLS, Agent, Call, Said
from secrets_of_the_tests import AGENT_KEY

FINISH = {"COMPLETE": "stop", "MAX_TOKENS": "length", "TOOL_CALL": "tools", "STOP_SEQUENCE": "stop"}


class CohereAgent(Agent):
    dialect = "cohere"
    errors = (ApiError,)

    def __init__(self, sidecar, model):
        super().__init__(sidecar, model)
        self.sdk = cohere.ClientV2(api_key=AGENT_KEY, base_url=self.url, timeout=30)
        self.messages = []

    def say(self, text, stream=False, tools=False, think=False, image=False, schema=None, **more):
        content = text if not image else [
            {"type": "text", "text": text},
            {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG_BASE64}"}}]
        self.messages.append({"role": "user", "content": content})
        self.asked = {"request_options": {"max_retries": 0}, **more}
        if tools:
            self.asked["tools"] = [{"type": "function", "function": {
                "name": name, "description": about, "parameters": schema}} for name, about, schema in TOOLS]
        if think:
            self.asked["thinking"] = {"type": "enabled", "token_budget": 1024}
        if schema:
            self.asked["response_format"] = {"type": "json_object", "json_schema": schema}
        return self._ask(stream)

    def answer(self, results, stream=False):
        for id, result in results.items():
            self.messages.append({"role": "tool", "tool_call_id": id, "content": str(result)})
        return self._ask(stream)

    def _ask(self, stream):
        if stream:
            return self._gather(self.sdk.chat_stream(model=self.model, messages=self.messages, **self.asked))
        reply = self.sdk.chat(model=self.model, messages=self.messages, **self.asked)
        message = reply.message
        self.messages.append(message.dict(exclude_none=True))
        said = Said(model=self.model, finish=FINISH[reply.finish_reason])
        for block in message.content or []:
            if block.type == "thinking":
                said.thinking += block.thinking
            else:
                said.text += block.text
        said.calls = [Call(call.id, call.function.name, json.loads(call.function.arguments))
                      for call in message.tool_calls or []]
        said.input, said.output = int(reply.usage.tokens.input_tokens), int(reply.usage.tokens.output_tokens)
        return said

    def _gather(self, events):
        said, calls, message = Said(model=self.model), {}, {"role": "assistant"}
        content = {}
        for event in events:
            if event.type == "content-delta":
                delta = event.delta.message.content
                if delta.text:
                    content.setdefault(event.index, {"type": "text", "text": ""})["text"] += delta.text
                    said.pieces += 1
                thought = getattr(delta, "thinking", None)
                signature = getattr(delta, "signature", None)
                if thought or signature:
                    block = content.setdefault(event.index, {"type": "thinking", "thinking": ""})
                    block["thinking"] += thought or ""
                    # What other providers prove their thinking with travels in a field the SDK keeps.
                    if signature:
                        block["signature"] = signature
            if event.type == "tool-call-start":
                call = event.delta.message.tool_calls
                calls[event.index] = {"id": call.id, "type": "function", "function": {
                    "name": call.function.name, "arguments": call.function.arguments or ""}}
            if event.type == "tool-call-delta":
                calls[event.index]["function"]["arguments"] += event.delta.message.tool_calls.function.arguments
            if event.type == "message-end":
                said.finish = FINISH[event.delta.finish_reason]
                usage = event.delta.usage.tokens
                said.input, said.output = int(usage.input_tokens), int(usage.output_tokens)
        said.text = "".join(block.get("text", "") for block in content.values())
        said.thinking = "".join(block.get("thinking", "") for block in content.values())
        if content:
            message["content"] = [block for _, block in sorted(content.items())]
        if calls:
            message["tool_calls"] = [call for _, call in sorted(calls.items())]
        said.calls = [Call(call["id"], call["function"]["name"], json.loads(call["function"]["arguments"] or "{}"))
                      for _, call in sorted(calls.items())]
        self.messages.append(message)
        return said
