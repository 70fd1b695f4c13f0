"""AWS's SDK, for Bedrock's Converse."""

import json

import boto3
import botocore.config
import botocore.exceptions

from agents.said import PNG, TOOLS, Agent, Call, Said
from secrets_of_the_tests import AGENT_KEY

FINISH = {"end_turn": "stop", "max_tokens": "length", "tool_use": "tools", "stop_sequence": "stop"}


class BedrockAgent(Agent):
    dialect = "bedrock"
    errors = (botocore.exceptions.ClientError,)

    def __init__(self, sidecar, model):
        super().__init__(sidecar, model)
        self.sdk = boto3.client(
            "bedrock-runtime", region_name="us-east-1", endpoint_url=self.url, aws_access_key_id="AGENT",
            aws_secret_access_key=AGENT_KEY,
            config=botocore.config.Config(retries={"total_max_attempts": 1}, read_timeout=30))
        self.messages = []

    @staticmethod
    def status(error):
        return error.response["ResponseMetadata"]["HTTPStatusCode"]

    def say(self, text, stream=False, tools=False, think=False, image=False, schema=None, **more):
        content = [{"text": text}]
        if image:
            content.append({"image": {"format": "png", "source": {"bytes": PNG}}})
        self.messages.append({"role": "user", "content": content})
        self.asked = {"inferenceConfig": {"maxTokens": 4096}, **more}
        if tools:
            self.asked["toolConfig"] = {"tools": [{"toolSpec": {
                "name": name, "description": about, "inputSchema": {"json": schema}}} for name, about, schema in TOOLS]}
        if think:
            self.asked["additionalModelRequestFields"] = {"thinking": {"type": "enabled", "budget_tokens": 1024}}
        if schema:
            self.asked["outputConfig"] = {"textFormat": {"type": "json_schema", "structure": {"jsonSchema": {
                "name": "person", "schema": json.dumps(schema)}}}}
        return self._ask(stream)

    def answer(self, results, stream=False):
        self.messages.append({"role": "user", "content": [
            {"toolResult": {"toolUseId": id, "content": [{"text": str(result)}],
                            **({"status": "error"} if isinstance(result, Exception) else {})}}
            for id, result in results.items()]})
        return self._ask(stream)

    def _ask(self, stream):
        if stream:
            return self._gather(self.sdk.converse_stream(
                modelId=self.model, messages=self.messages, **self.asked)["stream"])
        reply = self.sdk.converse(modelId=self.model, messages=self.messages, **self.asked)
        message = reply["output"]["message"]
        return self._heard(message, reply["stopReason"], reply["usage"])

    def _heard(self, message, stop, usage, pieces=0):
        self.messages.append(message)
        said = Said(finish=FINISH[stop], model=self.model, pieces=pieces)
        for block in message["content"]:
            said.text += block.get("text", "")
            if use := block.get("toolUse"):
                said.calls.append(Call(use["toolUseId"], use["name"], use["input"]))
            said.thinking += block.get("reasoningContent", {}).get("reasoningText", {}).get("text", "")
        said.input = (usage["inputTokens"] + usage.get("cacheReadInputTokens", 0)
                      + usage.get("cacheWriteInputTokens", 0))
        said.output = usage["outputTokens"]
        return said

    def _gather(self, events):
        blocks, stop, usage, pieces = {}, None, None, 0
        for event in events:
            if start := event.get("contentBlockStart"):
                use = start["start"]["toolUse"]
                blocks[start["contentBlockIndex"]] = {"toolUse": {**use, "input": ""}}
            if delta := event.get("contentBlockDelta"):
                index, delta = delta["contentBlockIndex"], delta["delta"]
                if "text" in delta:
                    blocks.setdefault(index, {"text": ""})["text"] += delta["text"]
                    pieces += 1
                if "toolUse" in delta:
                    blocks[index]["toolUse"]["input"] += delta["toolUse"]["input"]
                if thought := delta.get("reasoningContent"):
                    if "redactedContent" in thought:
                        blocks[index] = {"reasoningContent": {"redactedContent": thought["redactedContent"]}}
                    else:
                        block = blocks.setdefault(index, {"reasoningContent": {"reasoningText": {"text": ""}}})
                        text = block["reasoningContent"]["reasoningText"]
                        text["text"] += thought.get("text", "")
                        if "signature" in thought:
                            text["signature"] = thought["signature"]
            if end := event.get("messageStop"):
                assert usage is None, "messageStop comes before metadata"
                stop = end["stopReason"]
            if data := event.get("metadata"):
                usage = data["usage"]
        for block in blocks.values():
            if "toolUse" in block:
                block["toolUse"]["input"] = json.loads(block["toolUse"]["input"] or "{}")
        content = [block for _, block in sorted(blocks.items())]
        return self._heard({"role": "assistant", "content": content}, stop, usage, pieces)
