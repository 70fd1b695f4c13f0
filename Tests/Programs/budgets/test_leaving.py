"""Agents that leave: what the provider may go on to bill is booked, or waited for when the policy wants to know."""

import socket
import sqlite3

import pytest

import metrics
import wire
from policies import chain, chat, one
from waiting import eventually


def used(served):
    return served.metrics().sum(metrics.BUDGET_USED, budget="b")


def reserved(served):
    return served.metrics().sum(metrics.BUDGET_RESERVED)


def refusals(served):
    return served.metrics().sum(metrics.BUDGET_REFUSALS)


@pytest.fixture
def limited(mock, sidecar):
    def start(limit, knobs="", on_disconnect="cancel", *arguments):
        policy = one(mock.at(knobs), budgets={"b": {"limit": limit}}, limits={"onDisconnect": on_disconnect})
        return sidecar(policy, *arguments)
    return start


@pytest.fixture
def receipt(tmp_path):
    """The only receipt of a sidecar that has ended."""
    def read():
        with sqlite3.connect(tmp_path / "state" / "ledger.db") as ledger:
            ledger.row_factory = sqlite3.Row
            (only,) = ledger.execute("SELECT * FROM receipt").fetchall()
            return only
    return read


def leave(served, mock, **body):
    """One agent that asks and goes away as soon as the provider has the call; its call's entry in the mock's ledger."""
    before = len(mock.ledger())
    with wire.Raw(served.address) as agent:
        agent.send(wire.request(body=chat(**body)))
        eventually(lambda: len(mock.ledger()) > before, "the provider being called")
    return eventually(lambda: mock.ledger()[before]["outcome"] != "open" and mock.ledger()[before], "the call ending")


# cancel


def test_an_agent_that_leaves_a_whole_reply_is_booked_all_that_may_be_billed(limited, mock, receipt):
    served = limited("100000 tokens/day", "delay=60000;chunks=300;goes-on")
    call = leave(served, mock, max_tokens=400)
    assert call["outcome"] == "aborted" and call["billed"]["completion_tokens"] == 300
    eventually(lambda: reserved(served) == 0, "the reservation settled")
    assert used(served) >= mock.billed()
    served.finish()
    left = receipt()
    assert (left["state"], left["output_tokens"]) == ("estimated", 400)


@pytest.mark.parametrize("stream", [False, True])
def test_leaving_again_and_again_never_overspends_a_provider_that_goes_on(limited, mock, stream):
    """Each call is billed in full after its agent has gone before the first word; what is billed stays within the cap."""
    served = limited("2000 tokens/day", "delay=60000;chunks=300;goes-on")
    while not refusals(served):
        before = len(mock.ledger())
        with wire.Raw(served.address) as agent:
            agent.send(wire.request(body=chat(max_tokens=300, stream=stream)))
            eventually(lambda: len(mock.ledger()) > before or refusals(served), "a call or a refusal")
        eventually(lambda: all(call["outcome"] == "aborted" for call in mock.ledger()), "the provider noticing")
        eventually(lambda: reserved(served) == 0, "the reservation settled")
    assert 1000 < mock.billed() <= used(served) <= 2000


def test_a_first_byte_that_never_comes_is_booked_too(mock, sidecar):
    """A provider that was given up on goes on all the same."""
    policy = chain(
        mock.at("delay=60000;chunks=300;goes-on"), mock.at("name=second"), budgets={"b": {"limit": "10000 tokens/day"}})
    policy["backends"]["first"]["timeouts"] = {"firstByte": "50ms"}
    served = sidecar(policy)
    reply = wire.post(f"{served.base_url}/chat/completions", chat(max_tokens=300))
    assert reply.headers["x-ai-backend"] == "second"
    eventually(lambda: mock.ledger()[0]["outcome"] == "aborted", "the provider noticing")
    assert mock.ledger()[0]["billed"]["completion_tokens"] == 300
    assert used(served) >= mock.billed()


def test_an_agent_that_leaves_a_stream_is_booked_what_had_flowed(limited, mock):
    served = limited("100000 tokens/day", "chunk-delay=10;chunks=1000")
    with wire.stream(f"{served.base_url}/chat/completions", chat(max_tokens=1000)) as (_, events):
        heard = sum(1 for _, chunk in zip(range(10), events) if chunk["choices"][0]["delta"].get("content"))
    spent = eventually(lambda: used(served), "the hang-up booked")
    assert heard <= spent < 1000


def test_a_stream_of_a_provider_that_goes_on_is_booked_in_full(mock, sidecar):
    policy = one(mock.at("chunk-delay=10;chunks=500;goes-on"), budgets={"b": {"limit": "100000 tokens/day"}})
    policy["backends"]["main"]["provider"] = "groq"
    served = sidecar(policy)
    with wire.stream(f"{served.base_url}/chat/completions", chat(max_tokens=500)) as (_, events):
        next(events)
    eventually(lambda: mock.ledger()[0]["outcome"] == "aborted", "the provider noticing")
    eventually(lambda: reserved(served) == 0, "the reservation settled")
    assert used(served) >= mock.billed() > 500


def test_an_agent_that_leaves_while_connecting_is_booked_nothing(sidecar):
    """Nobody was asked yet."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(full.getsockname())
        url = f"http://127.0.0.1:{full.getsockname()[1]}/v1"
        served = sidecar(one(url, budgets={"b": {"limit": "1000 tokens/day"}}))
        with wire.Raw(served.address) as agent:
            agent.send(wire.request(body=chat(max_tokens=300)))
            eventually(lambda: reserved(served) > 0, "the call on its way")
        eventually(lambda: reserved(served) == 0, "the reservation given back")
        assert used(served) == 0
        for each in waiting:
            each.close()


# drain


@pytest.mark.parametrize("knobs, body", [
    ("delay=300", {}), ("chunk-delay=5;chunks=60", {"stream": True}), ("delay=300", {"stream": True}),
    ("delay=300;chunk-delay=5;chunks=60", {"stream": True})])
def test_a_reply_that_nobody_waits_for_is_read_to_its_end_and_booked_as_reported(limited, mock, receipt, knobs, body):
    served = limited("100000 tokens/day", knobs, on_disconnect="drain")
    call = leave(served, mock, max_tokens=100, **body)
    assert call["outcome"] == "completed"
    eventually(lambda: reserved(served) == 0, "the reservation settled")
    assert used(served) == mock.billed()
    served.finish()
    left = receipt()
    assert left["state"] == "settled"
    assert left["output_tokens"] == call["billed"]["completion_tokens"]


def test_the_reservation_is_held_while_the_reply_is_read_on(limited, mock):
    served = limited("1000 tokens/day", "delay=1000", on_disconnect="drain")
    with wire.Raw(served.address) as agent:
        agent.send(wire.request(body=chat(max_tokens=900)))
        eventually(mock.ledger, "the provider being called")
    assert wire.post(f"{served.base_url}/chat/completions", chat(max_tokens=900)).status == 429
    eventually(lambda: reserved(served) == 0, "the reply read to its end")
    assert used(served) == mock.billed()


def test_a_stream_that_is_left_in_its_middle_is_read_to_its_end(limited, mock):
    served = limited("100000 tokens/day", "chunk-delay=2;chunks=200", on_disconnect="drain")
    with wire.stream(f"{served.base_url}/chat/completions", chat(max_tokens=300)) as (_, events):
        for _ in range(5):
            next(events)
    eventually(lambda: mock.ledger()[0]["outcome"] == "completed", "the stream ending")
    eventually(lambda: reserved(served) == 0, "the reservation settled")
    assert used(served) == mock.billed() > 200


def test_a_drained_connection_goes_back_to_the_pool(limited, mock):
    served = limited("100000 tokens/day", "delay=200", on_disconnect="drain")
    leave(served, mock, max_tokens=20)
    eventually(lambda: reserved(served) == 0, "the reply read to its end")
    assert wire.post(f"{served.base_url}/chat/completions", chat(max_tokens=20)).status == 200


@pytest.mark.parametrize("knobs", ["delay=200;status=503", "delay=200;close", "delay=200;garbage"])
def test_nobody_else_is_asked_for_an_agent_that_has_gone(mock, sidecar, knobs):
    policy = chain(mock.at(knobs), mock.at("name=second"), limits={"onDisconnect": "drain"})
    served = sidecar(policy)
    leave(served, mock, max_tokens=20)
    eventually(lambda: served.metrics().sum("ai_gateway_open_exchanges") == 0, "the exchange ending")
    assert len(mock.ledger()) == 1


def test_the_end_of_the_process_ends_what_is_read_on(limited, mock, receipt):
    served = limited("100000 tokens/day", "delay=60000", "drain", "--grace", "0")
    with wire.Raw(served.address) as agent:
        agent.send(wire.request(body=chat(max_tokens=200)))
        eventually(mock.ledger, "the provider being called")
    served.signal(15)
    assert served.exit_code() == 0
    left = receipt()
    assert (left["state"], left["output_tokens"]) == ("estimated", 200)
