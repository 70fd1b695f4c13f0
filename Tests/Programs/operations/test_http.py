"""HTTP/1.1 as the standard has it, and nothing that two parsers could read differently."""

import json
import threading

import pytest

import wire
from policies import chat, one
from provider import completion


@pytest.fixture
def served(mock, sidecar):
    return sidecar(one(mock.at(), limits={"headTimeout": "400ms"}))


@pytest.fixture
def agent(served):
    with wire.Raw(served.address) as connection:
        yield connection


HEAD = b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
# RFC 9112 and 9110 sections in the ids' order: what one server reads as one request and another as two.
SMUGGLING = {
    "length and chunked (9112 6.1)": HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two lengths (9112 6.3)": HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
    "two equal lengths": HEAD + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
    "a list of lengths": HEAD + b"Content-Length: 2, 2\r\n\r\n{}",
    "a signed length": HEAD + b"Content-Length: +2\r\n\r\n{}",
    "a negative length": HEAD + b"Content-Length: -2\r\n\r\n{}",
    "a hexadecimal length": HEAD + b"Content-Length: 0x2\r\n\r\n{}",
    "a length too large for any integer": HEAD + b"Content-Length: 99999999999999999999999\r\n\r\n{}",
    "an empty length": HEAD + b"Content-Length: \r\n\r\n{}",
    "chunked not last (9112 6.1)": HEAD + b"Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
    "an unknown coding": HEAD + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunked twice": HEAD + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a bare LF in the head (9112 2.2)": b"GET /v1/models HTTP/1.1\nHost: x\n\n",
    "a bare LF after a header": b"GET /v1/models HTTP/1.1\r\nHost: x\nX-A: b\r\n\r\n",
    "a bare CR in a header": b"GET /v1/models HTTP/1.1\r\nHost: x\r\nX-A: b\rc\r\n\r\n",
    "a folded header (9112 5.2)": b"GET /v1/models HTTP/1.1\r\nHost: x\r\nX-A: b\r\n c\r\n\r\n",
    "a space before the colon (9112 5.1)": b"GET /v1/models HTTP/1.1\r\nHost : x\r\n\r\n",
    "a space in a name": b"GET /v1/models HTTP/1.1\r\nHost: x\r\nX A: b\r\n\r\n",
    "an empty name": b"GET /v1/models HTTP/1.1\r\nHost: x\r\n: b\r\n\r\n",
    "a NUL in a value (9110 5.5)": b"GET /v1/models HTTP/1.1\r\nHost: x\r\nX-A: b\0c\r\n\r\n",
    "no host (9112 3.2)": b"GET /v1/models HTTP/1.1\r\n\r\n",
    "two hosts": b"GET /v1/models HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
    "a bad chunk size": HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "a chunk longer than it says": HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n",
    "a bare LF after a chunk size": HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\n{}\r\n0\r\n\r\n",
    "a version that is not": b"GET /v1/models HTTP/3.7\r\nHost: x\r\n\r\n",
    "two spaces in the request line": b"GET  /v1/models HTTP/1.1\r\nHost: x\r\n\r\n",
    "TLS where plain text was expected": bytes.fromhex("16030100a5010000a10303") + b"\0" * 60,
    "HTTP/2 with prior knowledge": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
}


@pytest.mark.parametrize("data", SMUGGLING.values(), ids=SMUGGLING.keys())
def test_what_could_smuggle_is_refused_and_the_connection_closed(agent, mock, data):
    agent.send(data)
    reply = agent.reply()
    assert reply.status in (400, 501, 505)
    assert reply.error["type"] == "invalid_request_error"
    assert agent.closed()
    assert mock.ledger() == []


@pytest.mark.parametrize("field", [b"Content-Length: 2, 2", b"Transfer-Encoding: chunked\r\nContent-Length: 2"])
def test_nothing_hidden_behind_a_smuggling_attempt_is_served(agent, mock, field):
    agent.send(HEAD + field + b"\r\n\r\n{}" + wire.request(body=chat()))
    assert agent.reply().status == 400
    assert agent.closed()
    assert mock.ledger() == []


def test_a_connection_is_kept(agent, mock):
    for _ in range(5):
        agent.send(wire.request(body=chat()))
        assert agent.reply().status == 200
    assert len(mock.ledger()) == 5


def test_pipelined_requests_are_answered_in_order(agent):
    texts = [f"<number {number}>" for number in range(8)]
    agent.send(b"".join(wire.request(body=chat(text)) for text in texts))
    for text in texts:
        assert text.encode() in agent.reply().body


def test_a_slow_call_does_not_let_the_next_one_overtake(provider, sidecar):
    release = threading.Event()

    def script(line, request):
        if "first" in request.json()["messages"][0]["content"]:
            release.wait(20)
        line.answer(completion(request.json()["messages"][0]["content"]))
    served = sidecar(one(provider(script).url))
    with wire.Raw(served.address) as agent:
        agent.send(wire.request(body=chat("first")) + wire.request(body=chat("second")))
        release.set()
        assert b"first" in agent.reply().body
        assert b"second" in agent.reply().body


def test_a_request_may_come_byte_by_byte(agent):
    for byte in wire.request(body=chat("slowly")):
        agent.send(bytes([byte]))
    assert agent.reply().status == 200


def test_expect_continue_is_answered_before_the_body_is_sent(agent):
    data = wire.request(body=chat(), Expect="100-continue")
    head, body = data.split(b"\r\n\r\n", 1)
    agent.send(head + b"\r\n\r\n")
    assert agent.head().status == 100
    agent.send(body)
    assert agent.reply().status == 200


def test_expect_continue_with_a_body_too_large_is_refused_before_it_is_sent(agent):
    agent.send(HEAD + b"Expect: 100-continue\r\nContent-Length: 999999999\r\n\r\n")
    reply = agent.reply()
    assert (reply.status, reply.informational) == (413, [])


def test_an_unknown_expectation_fails(agent):
    agent.send(HEAD + b"Expect: miracles\r\nContent-Length: 2\r\n\r\n{}")
    assert agent.reply().status == 417


def test_a_chunked_request_is_read_whole(agent, mock):
    body = wire.request(body=chat("in pieces")).split(b"\r\n\r\n", 1)[1]
    agent.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    for at in range(0, len(body), 7):
        agent.send(b"%x;note=1\r\n%s\r\n" % (len(body[at:at + 7]), body[at:at + 7]))
    agent.send(b"0\r\nX-Trailer: 1\r\n\r\n")
    assert agent.reply().status == 200
    assert len(mock.ledger()) == 1


def test_head_has_the_headers_of_get_and_no_body(agent):
    agent.send(wire.request("/v1/models", method="HEAD"))
    reply = agent.reply(to="HEAD")
    assert reply.status == 200
    agent.send(wire.request("/v1/models", method="GET"))
    assert agent.reply().headers["content-length"] == (reply.headers["content-length"])


def test_connection_close_is_obeyed(agent):
    agent.send(wire.request(body=chat(), Connection="close"))
    reply = agent.reply()
    assert (reply.status, reply.headers["connection"].lower()) == (200, "close")
    assert agent.closed()


def test_http_1_0_is_answered_and_closed(agent):
    agent.send(b"GET /v1/models HTTP/1.0\r\nHost: x\r\n\r\n")
    assert agent.reply().status == 200
    assert agent.closed()


def test_a_head_that_does_not_come_times_out(agent):
    agent.send(b"POST /v1/chat/completions HTTP/1.1\r\nHost:")
    assert agent.reply().status == 408
    assert agent.closed()


def test_a_head_too_large_is_refused(agent):
    try:
        agent.send(b"GET /v1/models HTTP/1.1\r\nHost: x\r\n" + b"X-Pad: " + b"a" * 70_000 + b"\r\n\r\n")
    except (BrokenPipeError, ConnectionResetError):
        pass
    assert agent.reply().status == 431


def test_an_agent_that_closes_its_side_gets_what_needs_no_provider(agent):
    agent.send(wire.request("/v1/models", method="GET"))
    agent.end()
    assert agent.reply().status == 200
    assert agent.closed()


def test_an_agent_that_closes_its_side_has_hung_up(provider, sidecar):
    """TCP says it in the same way, and a call nobody waits for costs money: nginx and Go's server think so too."""
    asked, left = threading.Event(), threading.Event()

    def script(line, _):
        asked.set()
        if line.socket.recv(1) == b"":
            left.set()
    with wire.Raw(sidecar(one(provider(script).url)).address) as agent:
        agent.send(wire.request(body=chat()))
        assert asked.wait(20)
        agent.end()
        assert left.wait(20)
        assert agent.closed()


@pytest.mark.parametrize("framing", ["close", "chunked", "1xx first"])
def test_every_framing_of_a_providers_reply_is_read(provider, sidecar, framing):
    body = json.dumps(completion()).encode()

    def script(line, _):
        if framing == "close":
            line.send(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n" + body)
            line.socket.close()
        elif framing == "chunked":
            line.send(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n")
            for at in range(len(body)):
                line.chunk(body[at:at + 1])
            line.chunk(b"")
        else:
            line.send(b"HTTP/1.1 103 Early Hints\r\nlink: <x>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n")
            line.answer(body)
    assert wire.post(f"{sidecar(one(provider(script).url)).base_url}/chat/completions", chat()).body == body


def test_a_reply_read_slowly_does_not_pile_up(mock, sidecar):
    """Back-pressure: an agent that does not read must stop the provider, not fill the sidecar's memory."""
    served = sidecar(one(mock.at("reply-bytes=67108864")))
    with wire.Raw(served.address) as agent:
        agent.send(wire.request(body=chat()))
        agent.head()
        assert served.resident_kib() < 48 * 1024
