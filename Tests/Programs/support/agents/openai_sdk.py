"""OpenAI's SDK, by its two interfaces."""

import json

import openai

from agents.said import PNG_BASE64, TOOLS, Agent, Call, Said
from secrets_of_the_tests import AGENT_KEY

FINISH = {"stop": "stop", "length": "length", "tool_calls": "tools"}
# What Anthropic's and Google's models prove their thinking with travels in fields the SDK keeps and passes on.
KEPT = ("thinking_blocks", "reasoning_content")


class ChatAgent(Agent):
    dialect = "openAI"
    errors = (openai.APIStatusError,)

    def __init__(self, sidecar, model):
        super().__init__(sidecar, model)
        self.sdk = openai.OpenAI(base_url=f"{self.url}/v1", api_key=AGENT_KEY, max_retries=0, timeout=30)
        self.messages = []

    def say(self, text, stream=False, tools=False, think=False, image=False, schema=None, **more):
        content = text if not image else [
            {"type": "text", "text": text},
            {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG_BASE64}"}}]
        self.messages.append({"role": "user", "content": content})
        self.asked = dict(more)
        if tools:
            self.asked["tools"] = [{"type": "function", "function": {
                "name": name, "description": about, "parameters": schema}} for name, about, schema in TOOLS]
        if think:
            self.asked["reasoning_effort"] = "low"
        if schema:
            self.asked["response_format"] = {"type": "json_schema", "json_schema": {
                "name": "person", "schema": schema, "strict": True}}
        return self._ask(stream)

    def answer(self, results, stream=False):
        for id, result in results.items():
            self.messages.append({"role": "tool", "tool_call_id": id, "content": str(result)})
        return self._ask(stream)

    def _ask(self, stream):
        create = self.sdk.chat.completions.create
        if stream:
            options = {"stream": True, "stream_options": {"include_usage": True}}
            return self._gather(create(model=self.model, messages=self.messages, **options, **self.asked))
        reply = create(model=self.model, messages=self.messages, **self.asked)
        choice = reply.choices[0]
        self.messages.append(choice.message.model_dump(exclude_none=True))
        calls = [Call(call.id, call.function.name, json.loads(call.function.arguments))
                 for call in choice.message.tool_calls or []]
        return Said(
            choice.message.content or "", reply.model, FINISH[choice.finish_reason], calls,
            getattr(choice.message, "reasoning_content", None) or "",
            reply.usage.prompt_tokens, reply.usage.completion_tokens)

    def _gather(self, chunks):
        said, calls, message = Said(), {}, {"role": "assistant", "content": None}
        for chunk in chunks:
            said.model = chunk.model
            if chunk.usage:
                said.input, said.output = chunk.usage.prompt_tokens, chunk.usage.completion_tokens
            for choice in chunk.choices:
                if choice.finish_reason:
                    assert not said.finish, "a choice finishes once"
                    said.finish = FINISH[choice.finish_reason]
                if choice.delta.content:
                    said.text += choice.delta.content
                    said.pieces += 1
                if blocks := getattr(choice.delta, "thinking_blocks", None):
                    message.setdefault("thinking_blocks", []).extend(blocks)
                if thought := getattr(choice.delta, "reasoning_content", None):
                    said.thinking += thought
                for delta in choice.delta.tool_calls or []:
                    call = calls.setdefault(delta.index, {
                        "id": delta.id, "type": "function",
                        "function": {"name": delta.function.name, "arguments": ""}})
                    call["function"]["arguments"] += delta.function.arguments or ""
                    if extra := getattr(delta, "extra_content", None):
                        call["extra_content"] = extra
        message["content"] = said.text or None
        if calls:
            message["tool_calls"] = [calls[index] for index in sorted(calls)]
        said.calls = [Call(call["id"], call["function"]["name"], json.loads(call["function"]["arguments"] or "{}"))
                      for _, call in sorted(calls.items())]
        self.messages.append(message)
        return said


class ResponsesAgent(Agent):
    dialect = "responses"
    errors = (openai.APIStatusError,)

    def __init__(self, sidecar, model):
        super().__init__(sidecar, model)
        self.sdk = openai.OpenAI(base_url=f"{self.url}/v1", api_key=AGENT_KEY, max_retries=0, timeout=30)
        self.input = []

    def say(self, text, stream=False, tools=False, think=False, image=False, schema=None, **more):
        content = [{"type": "input_text", "text": text}]
        if image:
            content.append({
                "type": "input_image", "detail": "auto", "image_url": f"data:image/png;base64,{PNG_BASE64}"})
        self.input.append({"role": "user", "content": content})
        self.asked = {"store": False, **more}
        if tools:
            self.asked["tools"] = [
                {"type": "function", "name": name, "description": about, "parameters": schema, "strict": False}
                for name, about, schema in TOOLS]
        if think:
            self.asked["reasoning"] = {"effort": "low", "summary": "auto"}
            self.asked["include"] = ["reasoning.encrypted_content"]
        if schema:
            self.asked["text"] = {"format": {
                "type": "json_schema", "name": "person", "schema": schema, "strict": True}}
        return self._ask(stream)

    def answer(self, results, stream=False):
        for id, result in results.items():
            self.input.append({"type": "function_call_output", "call_id": id, "output": str(result)})
        return self._ask(stream)

    def _ask(self, stream):
        pieces = 0
        if stream:
            with self.sdk.responses.stream(model=self.model, input=self.input, **self.asked) as events:
                for event in events:
                    pieces += event.type == "response.output_text.delta"
                    # The SDK's own final response is the completed one alone.
                    if event.type in ("response.completed", "response.incomplete"):
                        reply = event.response
        else:
            reply = self.sdk.responses.create(model=self.model, input=self.input, **self.asked)
        said = Said(reply.output_text, reply.model, pieces=pieces)
        for item in reply.output:
            kept = item.model_dump(exclude_none=True, exclude={"status", "parsed_arguments"})
            for part in kept.get("content") or []:
                part.pop("parsed", None)
            self.input.append(kept)
            if item.type == "function_call":
                said.calls.append(Call(item.call_id, item.name, json.loads(item.arguments)))
            if item.type == "reasoning":
                said.thinking += "".join(part.text for part in item.summary)
        cut = reply.status == "incomplete"
        said.finish = "length" if cut else "tools" if said.calls else "stop"
        if reply.usage:
            said.input, said.output = reply.usage.input_tokens, reply.usage.output_tokens
        return said
