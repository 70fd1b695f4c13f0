"""Replies that a provider packed although it was asked not to."""

import gzip
import json
import threading
import zlib

import pytest

import wire
from policies import chain, chat, one
from provider import DONE, completion, event


@pytest.mark.parametrize("coding, pack", [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_a_whole_reply_is_unpacked_and_metered(provider, sidecar, coding, pack):
    upstream = provider(lambda line, _: line.answer(pack(json.dumps(completion()).encode()), content_encoding=coding))
    policy = one(upstream.url, budgets={"cap": {"limit": "1000 tokens/day"}})
    served = sidecar(policy)
    for _ in range(2):  # the connection is kept
        reply = wire.post(f"{served.base_url}/chat/completions", chat(max_tokens=20))
        assert reply.json()["choices"][0]["message"]["content"] == "fine"
        assert reply.headers["content-encoding"] is None
        assert reply.headers["x-ai-gateway-tokens-used"] == "10"
    assert upstream.requests[0].headers["accept-encoding"] == "identity"
    assert upstream.connections == 1


def test_a_stream_is_unpacked_as_it_flows(provider, sidecar):
    goes_on = threading.Event()

    def stream(line, _):
        line.send(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-encoding: gzip\r\n"
                  b"transfer-encoding: chunked\r\n\r\n")
        packer = zlib.compressobj(wbits=31)
        line.chunk(packer.compress(event({"content": "one"})) + packer.flush(zlib.Z_SYNC_FLUSH))
        goes_on.wait(20)
        line.chunk(packer.compress(event({"content": "two"}, finish="stop") + DONE) + packer.flush())
        line.send(b"0\r\n\r\n")
    upstream = provider(stream)
    with wire.stream(f"{sidecar(one(upstream.url)).base_url}/chat/completions", chat()) as (reply, events):
        assert reply.status == 200 and reply.headers["content-encoding"] is None
        assert "one" in str(next(events))
        goes_on.set()
        assert "two" in "".join(map(str, events))


@pytest.mark.parametrize(
    "coding, body", [("br", b"\x00"), ("gzip", b"no gzip"), ("gzip", gzip.compress(b"{}" * 99)[:-9])])
def test_what_cannot_be_unpacked_is_the_providers_fault_and_another_is_asked(provider, sidecar, coding, body):
    first = provider(lambda line, _: line.answer(body, content_encoding=coding))
    second = provider(lambda line, _: line.answer(completion()))
    reply = wire.post(f"{sidecar(chain(first.url, second.url)).base_url}/chat/completions", chat())
    assert reply.status == 200 and reply.headers["x-ai-backend"] == "second"


def test_a_bomb_is_refused_at_the_bound_of_replies(provider, sidecar):
    body = gzip.compress(b'{"a": "' + bytes([97]) * (40 << 20) + b'"}')
    upstream = provider(lambda line, _: line.answer(body, content_encoding="gzip"))
    served = sidecar(one(upstream.url, limits={"replyBytesMax": "1 MiB"}))
    before = served.resident_kib()
    assert wire.post(f"{served.base_url}/chat/completions", chat()).status == 502
    assert served.resident_kib() - before < 8 << 10
