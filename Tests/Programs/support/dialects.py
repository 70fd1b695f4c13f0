"""Every dialect as raw bytes: what an agent asks, what a provider streams, and what an agent is streamed back."""

import binascii
import http.client
import json
import struct

AGENTS = ["openAI", "responses", "anthropic", "gemini", "bedrock", "cohere"]
WORD = "Hello"


def path(dialect, model, stream):
    match dialect:
        case "openAI": return "/v1/chat/completions"
        case "responses": return "/v1/responses"
        case "anthropic": return "/v1/messages"
        case "cohere": return "/v2/chat"
        case "gemini":
            return f"/v1beta/models/{model}:" + ("streamGenerateContent?alt=sse" if stream else "generateContent")
        case "bedrock": return f"/model/{model}/" + ("converse-stream" if stream else "converse")


def body(dialect, model, stream, text="hi"):
    streams = {"stream": True} if stream else {}
    match dialect:
        case "responses": return {"model": model, "input": text, **streams}
        case "anthropic":
            return {"model": model, "max_tokens": 100, "messages": [{"role": "user", "content": text}], **streams}
        case "gemini": return {"contents": [{"role": "user", "parts": [{"text": text}]}]}
        case "bedrock": return {"messages": [{"role": "user", "content": [{"text": text}]}]}
        case _: return {"model": model, "messages": [{"role": "user", "content": text}], **streams}


def backend(dialect, address, **more):
    """A backend that speaks `dialect`, at a provider's `http://HOST:PORT`."""
    base, provider = {
        "openAI": ("/v1", {"provider": "openai", "dialects": ["openAI"]}),
        "responses": ("/v1", {"provider": "openai", "dialects": ["responses"]}),
        "anthropic": ("/v1", {"provider": "anthropic"}), "gemini": ("/v1beta", {"provider": "gemini"}),
        "bedrock": ("", {"provider": "bedrock", "region": "us-east-1"}), "cohere": ("", {"provider": "cohere"}),
    }[dialect]
    return {**provider, "baseURL": address + base, "auth": {"env": "PROVIDER_KEY"}, **more}


# --- what providers say

def sse(data, event=None):
    name = f"event: {event}\n" if event else ""
    return f"{name}data: {data if isinstance(data, str) else json.dumps(data)}\n\n".encode()


def frame(kind, payload, message="event"):
    """One message of Amazon's event stream."""
    fields = b""
    for name, value in ((f":{message}-type", kind), (":content-type", "application/json"), (":message-type", message)):
        fields += bytes([len(name)]) + name.encode() + b"\x07" + struct.pack(">H", len(value)) + value.encode()
    data = json.dumps(payload).encode()
    head = struct.pack(">II", 16 + len(fields) + len(data), len(fields))
    whole = head + struct.pack(">I", binascii.crc32(head)) + fields + data
    return whole + struct.pack(">I", binascii.crc32(whole))


def begins(dialect):
    """The first events of a stream, its word included."""
    match dialect:
        case "openAI":
            common = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "theirs"}
            return [sse({**common, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]})
                    for delta in ({"role": "assistant", "content": ""}, {"content": WORD})]
        case "responses":
            item = {"id": "msg_1", "type": "message", "role": "assistant", "status": "in_progress", "content": []}
            response = {"id": "resp_1", "object": "response", "created_at": 1, "status": "in_progress",
                        "model": "theirs", "output": []}
            part = {"type": "output_text", "text": "", "annotations": []}
            events = [
                ("response.created", {"response": response}), ("response.in_progress", {"response": response}),
                ("response.output_item.added", {"output_index": 0, "item": item}),
                ("response.content_part.added",
                 {"item_id": "msg_1", "output_index": 0, "content_index": 0, "part": part}),
                ("response.output_text.delta",
                 {"item_id": "msg_1", "output_index": 0, "content_index": 0, "delta": WORD}),
            ]
            return [sse({"type": type, "sequence_number": number, **members}, type)
                    for number, (type, members) in enumerate(events)]
        case "anthropic":
            message = {"id": "msg_1", "type": "message", "role": "assistant", "model": "theirs", "content": [],
                       "stop_reason": None, "stop_sequence": None, "usage": {"input_tokens": 9, "output_tokens": 0}}
            return [
                sse({"type": "message_start", "message": message}, "message_start"),
                sse({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
                    "content_block_start"),
                sse({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": WORD}},
                    "content_block_delta")]
        case "gemini":
            return [sse({"candidates": [{"index": 0, "content": {"role": "model", "parts": [{"text": WORD}]}}],
                         "responseId": "r", "modelVersion": "theirs"})]
        case "bedrock":
            return [frame("messageStart", {"role": "assistant"}),
                    frame("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": WORD}})]
        case "cohere":
            message = {"role": "assistant", "content": [], "tool_plan": "", "tool_calls": [], "citations": []}
            return [
                sse({"type": "message-start", "id": "c", "delta": {"message": message}}, "message-start"),
                sse({"type": "content-start", "index": 0,
                     "delta": {"message": {"content": {"type": "text", "text": ""}}}}, "content-start"),
                sse({"type": "content-delta", "index": 0, "delta": {"message": {"content": {"text": WORD}}}},
                    "content-delta")]


def fails(dialect, words="We are too busy."):
    """An error event that says that a limit was reached, as far as the dialect has a word for that."""
    match dialect:
        case "openAI": return sse({"error": {"message": words, "type": "insufficient_quota",
                                             "code": "insufficient_quota", "param": None}})
        case "responses":
            response = {"id": "resp_1", "object": "response", "created_at": 1, "status": "failed", "model": "theirs",
                        "output": [], "error": {"code": "rate_limit_exceeded", "message": words}}
            return sse({"type": "response.failed", "sequence_number": 5, "response": response}, "response.failed")
        case "anthropic":
            return sse({"type": "error", "error": {"type": "overloaded_error", "message": words}}, "error")
        case "gemini": return sse({"error": {"code": 429, "message": words, "status": "RESOURCE_EXHAUSTED"}})
        case "bedrock": return frame("throttlingException", {"message": words}, "exception")
        case "cohere": return sse({"message": f"too many requests: {words}"})


def refuses(dialect, words="We are too busy."):
    """The same as the body of a reply, whatever its status says."""
    match dialect:
        case "openAI": return {"error": {"message": words, "type": "rate_limit_error", "code": 429}}
        case "responses": return {"id": "resp_1", "object": "response", "status": "failed", "output": [],
                                  "error": {"code": "rate_limit_exceeded", "message": words}}
        case "anthropic": return {"type": "error", "error": {"type": "rate_limit_error", "message": words}}
        case "gemini": return {"error": {"code": 429, "message": words, "status": "RESOURCE_EXHAUSTED"}}
        case "bedrock": return {"__type": "ThrottlingException", "message": words}
        case "cohere": return {"message": f"too many requests: {words}"}


def stream_head(dialect):
    kind = "application/vnd.amazon.eventstream" if dialect == "bedrock" else "text/event-stream"
    return f"HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ntransfer-encoding: chunked\r\n\r\n".encode()


def streams(dialect, *events, ends=True):
    """A script that streams `events` and ends the reply, or the connection in the middle of it."""
    def script(line, _):
        line.send(stream_head(dialect))
        for event in events:
            line.chunk(event)
        line.send(b"0\r\n\r\n") if ends else line.reset()
    return script


# --- what agents get

def ask(sidecar, dialect, model, stream=True):
    """One call. Gives the status, the head and the body."""
    connection = http.client.HTTPConnection(sidecar.address, timeout=20)
    try:
        connection.request("POST", path(dialect, model, stream), json.dumps(body(dialect, model, stream)),
                           {"content-type": "application/json"})
        reply = connection.getresponse()
        return reply.status, reply.headers, reply.read()
    finally:
        connection.close()


def events(dialect, data):
    """The events of a stream as (type, payload); server-sent events without a name have the type of their payload."""
    found = []
    if dialect == "bedrock":
        while data:
            total, count = struct.unpack(">II", data[:8])
            fields, rest = {}, data[12:12 + count]
            while rest:
                name = rest[1:1 + rest[0]].decode()
                rest = rest[1 + rest[0]:]
                length, = struct.unpack(">H", rest[1:3])
                fields[name], rest = rest[3:3 + length].decode(), rest[3 + length:]
            kind = fields.get(":event-type") or fields[":exception-type"]
            found.append((kind, json.loads(data[12 + count:total - 4])))
            data = data[total:]
        return found
    for block in data.decode().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line and not line.startswith(":"))
        if "data" in lines:
            payload = lines["data"] if lines["data"] == "[DONE]" else json.loads(lines["data"])
            kind = payload.get("type") if isinstance(payload, dict) else None
            found.append((lines.get("event") or kind, payload))
    return found


def words_of_error(dialect, event):
    """What the last event of a failed stream says went wrong; None for one that is no error."""
    kind, payload = event
    match dialect:
        case "openAI" | "gemini": return payload.get("error", {}).get("message")
        case "anthropic": return payload["error"]["message"] if kind == "error" else None
        case "responses": return payload["response"]["error"]["message"] if kind == "response.failed" else None
        case "bedrock": return payload["message"] if kind.endswith("Exception") else None
        case "cohere": return payload["delta"].get("error") if kind == "message-end" else None
