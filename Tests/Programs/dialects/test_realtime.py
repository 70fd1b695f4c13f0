"""A WebSocket is carried as it is, with the backend's credential, and what its responses used is booked."""

import json

import wire
from policies import one
from secrets_of_the_tests import AGENT_KEY, PROVIDER_KEY
from waiting import eventually

KEY, ACCEPT = "dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


def frame(text):
    payload = text.encode()
    length = bytes([len(payload)]) if len(payload) < 126 else b"\x7e" + len(payload).to_bytes(2, "big")
    return b"\x81" + length + payload


def done(input_tokens, output_tokens):
    usage = {"total_tokens": input_tokens + output_tokens, "input_tokens": input_tokens, "output_tokens": output_tokens}
    return frame(json.dumps({"type": "response.done", "event_id": "e1", "response": {"id": "r1", "usage": usage}}))


def session(line, request):
    """Switches protocols, says hello, echoes what it is told, and says what each echo took."""
    line.send(f"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              f"Sec-WebSocket-Accept: {ACCEPT}\r\n\r\n".encode())
    line.send(frame('{"type":"session.created"}'))
    while told := line.socket.recv(1000):
        line.send(frame('{"type":"echo","text":"%s"}' % told.hex()))
        line.send(done(300, 700))


def upgrade(target, *lines):
    head = [f"GET {target} HTTP/1.1", "Host: aigw", "Connection: keep-alive, Upgrade", "Upgrade: websocket",
            f"Sec-WebSocket-Key: {KEY}", "Sec-WebSocket-Version: 13", *lines]
    return "\r\n".join(head).encode() + b"\r\n\r\n"


class Session:
    def __init__(self, served, target="/v1/realtime?model=gpt-4o&x=1", *lines):
        self.raw = wire.Raw(served.address)
        self.raw.send(upgrade(target, *lines))
        self.received = b""

    def until(self, wanted):
        while wanted not in self.received:
            more = self.raw.socket.recv(65536)
            assert more, f"ended with {self.received}"
            self.received += more
        return self.received

    def rest(self):
        while more := self.raw.socket.recv(65536):
            self.received += more
        return self.received


def test_frames_pass_both_ways_with_the_backends_credential(sidecar, provider):
    scripted = provider(session)
    policy = one(scripted.url)
    policy["models"]["gpt-4o"]["chain"][0]["modelNameOverride"] = "gpt-realtime"
    agent = Session(sidecar(policy), "/v1/realtime?model=gpt-4o&x=1", f"Authorization: Bearer {AGENT_KEY}",
                    f"Sec-WebSocket-Protocol: realtime, openai-insecure-api-key.{AGENT_KEY}, openai-beta.realtime-v1",
                    "Sec-WebSocket-Extensions: permessage-deflate")
    head = agent.until(b"session.created")
    assert head.startswith(b"HTTP/1.1 101 ") and ACCEPT.encode() in head and b"x-ai-backend: main" in head
    agent.raw.send(b"\x81\x80abcd")
    agent.until(b"\x81\x80abcd".hex().encode())
    (request,) = scripted.requests
    assert request.path == "/v1/realtime?model=gpt-realtime&x=1"
    assert request.headers["authorization"] == f"Bearer {PROVIDER_KEY}"
    assert request.headers["upgrade"] == "websocket" and request.headers["connection"].lower() == "upgrade"
    assert request.headers["sec-websocket-protocol"] == "realtime, openai-beta.realtime-v1"
    assert "sec-websocket-extensions" not in request.headers


def test_what_responses_used_is_booked_when_the_agent_leaves(sidecar, provider):
    served = sidecar(one(provider(session).url, budgets={"cap": {"limit": "100000 tokens/day"}}))
    agent = Session(served)
    for _ in range(3):
        agent.raw.send(b"\x81\x80abcd")
        agent.received = b""
        agent.until(b"response.done")
    agent.raw.socket.close()
    eventually(lambda: served.metrics().sum("ai_gateway_budget_used", budget="cap") == 3000, "all three are booked")
    assert served.metrics().sum("ai_gateway_budget_reserved", budget="cap") == 0


def test_a_session_ends_where_its_budget_ends(sidecar, provider):
    served = sidecar(one(provider(session).url, budgets={"cap": {"limit": "10000 tokens/day"}}))
    agent = Session(served)
    for said in range(1, 20):
        agent.raw.send(b"\x81\x80abcd")
        while agent.received.count(b"response.done") < said and (more := agent.raw.socket.recv(65536)):
            agent.received += more
        if b"the budget is used up" in agent.received:
            break
    assert agent.received.endswith(b"the budget is used up")
    eventually(lambda: served.metrics().sum("ai_gateway_budget_reserved", budget="cap") == 0, "nothing is held")
    assert served.metrics().sum("ai_gateway_budget_used", budget="cap") <= 10_000


def test_a_provider_that_does_not_switch_is_heard(sidecar, provider):
    def refuses(line, _):
        line.answer({"error": {"message": "no", "type": "invalid_request_error", "param": None, "code": None}},
                    status="403 Forbidden")
    agent = Session(sidecar(one(provider(refuses).url)))
    assert agent.until(b'"no"').startswith(b"HTTP/1.1 403 ")


def test_the_providers_end_is_the_agents(sidecar, provider):
    def short(line, _):
        line.send(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n\x88\x00")
        line.socket.close()
    assert Session(sidecar(one(provider(short).url))).rest().endswith(b"\x88\x00")
