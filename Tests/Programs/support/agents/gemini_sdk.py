"""Google's SDK."""

from google import genai
from google.genai import errors, types

from agents.said import PNG, TOOLS, Agent, Call, Said
from secrets_of_the_tests import AGENT_KEY

FINISH = {"STOP": "stop", "MAX_TOKENS": "length"}


class GeminiAgent(Agent):
    dialect = "gemini"
    errors = (errors.APIError,)

    def __init__(self, sidecar, model):
        super().__init__(sidecar, model)
        self.sdk = genai.Client(api_key=AGENT_KEY, http_options=types.HttpOptions(base_url=self.url, timeout=30_000))
        self.contents = []

    @staticmethod
    def status(error):
        return error.code

    def say(self, text, stream=False, tools=False, think=False, image=False, schema=None, **more):
        parts = [types.Part(text=text)]
        if image:
            parts.append(types.Part.from_bytes(data=PNG, mime_type="image/png"))
        self.contents.append(types.Content(role="user", parts=parts))
        self.asked = dict(more)
        if tools:
            self.asked["tools"] = [types.Tool(function_declarations=[
                types.FunctionDeclaration(name=name, description=about, parameters_json_schema=schema)
                for name, about, schema in TOOLS])]
            self.asked["automatic_function_calling"] = types.AutomaticFunctionCallingConfig(disable=True)
        if think:
            self.asked["thinking_config"] = types.ThinkingConfig(include_thoughts=True, thinking_budget=1024)
        if schema:
            self.asked |= {"response_mime_type": "application/json", "response_json_schema": schema}
        return self._ask(stream)

    def answer(self, results, stream=False):
        self.contents.append(types.Content(role="user", parts=[
            types.Part(function_response=types.FunctionResponse(
                id=id, name=self.names[id],
                response={"error" if isinstance(result, Exception) else "output": str(result)}))
            for id, result in results.items()]))
        return self._ask(stream)

    def _ask(self, stream):
        config = types.GenerateContentConfig(**self.asked)
        ask = self.sdk.models.generate_content_stream if stream else self.sdk.models.generate_content
        reply = ask(model=self.model, contents=self.contents, config=config)
        said, parts, self.names = Said(), [], {}
        for chunk in reply if stream else [reply]:
            said.model = chunk.model_version
            if chunk.usage_metadata:
                usage = chunk.usage_metadata
                said.input = usage.prompt_token_count
                said.output = (usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0)
            for candidate in chunk.candidates or []:
                if candidate.finish_reason:
                    said.finish = FINISH[candidate.finish_reason.value]
                for part in (candidate.content and candidate.content.parts) or []:
                    parts.append(part)
                    if part.function_call:
                        call = part.function_call
                        call.id = call.id or f"{call.name}-{len(said.calls)}"
                        self.names[call.id] = call.name
                        said.calls.append(Call(call.id, call.name, call.args or {}))
                    elif part.thought:
                        said.thinking += part.text or ""
                    elif part.text:
                        said.text += part.text
                        said.pieces += stream
        if said.calls:
            assert said.finish == "stop", said.finish
            said.finish = "tools"
        self.contents.append(types.Content(role="model", parts=parts))
        return said
