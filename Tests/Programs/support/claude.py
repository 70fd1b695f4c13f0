"""Replies as Anthropic's API writes them, for scripted providers."""

import json

CLAUDE = "claude-opus-4-6"


def event(kind, **members):
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **members})}\n\n".encode()


def message(text="fine", model=CLAUDE, **usage):
    return {
        "id": "msg_1", "type": "message", "role": "assistant", "model": model, "stop_reason": "end_turn",
        "stop_sequence": None, "content": [{"type": "text", "text": text}],
        "usage": {"input_tokens": 11, "output_tokens": 5, **usage}}


def words(text, model=CLAUDE, last_index=0):
    """The events of a streamed message, one delta a word."""
    start = {**message("", model), "content": [], "stop_reason": None,
             "usage": {"input_tokens": 11, "output_tokens": 1, "cache_read_input_tokens": 4}}
    yield event("message_start", message=start)
    yield event("ping")
    yield event("content_block_start", index=0, content_block={"type": "text", "text": ""})
    for word in text.split():
        yield event("content_block_delta", index=0, delta={"type": "text_delta", "text": word + " "})
    yield event("content_block_stop", index=0)
    yield event("message_delta", delta={"stop_reason": "end_turn", "stop_sequence": None}, usage={"output_tokens": 5})
    yield event("message_stop")


def answer(line, request):
    """Plays a model that answers everything alike."""
    if request.json().get("stream"):
        line.start_stream()
        for part in words("one two three", request.json()["model"]):
            line.chunk(part)
        line.send(b"0\r\n\r\n")
    else:
        line.answer(message(model=request.json()["model"]))
