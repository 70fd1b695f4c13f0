"""Every attempt leaves exactly one receipt in the ledger, and the receipts add up to what the provider billed."""

import signal
import sqlite3
import time

import pytest

import wire
from policies import MODEL, ask, backend, chain, chat, one
from secrets_of_the_tests import PROVIDER_KEY
from waiting import eventually


@pytest.fixture
def receipts(tmp_path):
    """The receipts of a sidecar that has ended, in the order they were written."""
    def read():
        with sqlite3.connect(tmp_path / "state" / "ledger.db") as ledger:
            ledger.row_factory = sqlite3.Row
            return ledger.execute("SELECT * FROM receipt ORDER BY number").fetchall()
    return read


def total(receipts):
    return sum((each["input_tokens"] or 0) + (each["output_tokens"] or 0) for each in receipts)


def test_a_fail_over_leaves_one_receipt_per_attempt_of_one_request(mock, sidecar, receipts):
    served = sidecar(chain(mock.at("status=503"), mock.at()))
    reply = wire.post(f"{served.base_url}/chat/completions", chat())
    served.finish()
    failed, answered = receipts()
    assert failed["request"] == answered["request"] == reply.headers["x-ai-request-id"]
    assert (failed["attempt"], failed["backend"], failed["state"], failed["status"]) == (1, "first", "failed", 503)
    assert (answered["attempt"], answered["backend"], answered["state"]) == (2, "second", "settled")
    assert total([failed]) == 0 and total([answered]) == mock.billed()


def test_receipts_reconcile_with_what_the_provider_billed(mock, sidecar, receipts, client):
    policy = one(mock.at())
    policy["models"]["embed"] = {"chain": [{"backend": "main"}]}
    served = sidecar(policy)
    ours = client(served)
    for number in range(5):
        ours.chat.completions.create(model=MODEL, messages=ask("words " * number))
        list(ours.chat.completions.create(model=MODEL, messages=ask("more words " * number), stream=True))
        ours.embeddings.create(model="embed", input=ask()[0]["content"])
    served.finish()
    left = receipts()
    assert {each["state"] for each in left} == {"settled"}
    for billed, booked in zip(mock.ledger(), left, strict=True):
        assert (booked["input_tokens"], booked["output_tokens"] or 0) == (
            billed["billed"]["prompt_tokens"], billed["billed"]["completion_tokens"])


@pytest.mark.parametrize("stream", [False, True])
def test_what_the_provider_did_not_report_is_marked_as_an_estimate(mock, sidecar, receipts, stream):
    served = sidecar(one(mock.at("no-usage")))
    wire.post(f"{served.base_url}/chat/completions", chat(stream=stream))
    served.finish()
    (receipt,) = receipts()
    assert (receipt["state"], receipt["basis"]) == ("estimated", "estimated")
    assert receipt["input_tokens"] > 0 and receipt["output_tokens"] > 0


def test_a_stream_the_provider_cuts_leaves_one_receipt(mock, sidecar, receipts):
    served = sidecar(chain(mock.at("cut-after=3;chunks=20"), mock.at()))
    wire.post(f"{served.base_url}/chat/completions", chat(stream=True))
    served.finish()
    (receipt,) = receipts()
    assert (receipt["backend"], receipt["state"], receipt["status"]) == ("first", "estimated", 200)
    assert receipt["output_tokens"] >= 3


def test_an_agent_that_hangs_up_leaves_one_receipt(mock, sidecar, receipts):
    served = sidecar(chain(mock.at("chunk-delay=10;chunks=1000"), mock.at()))
    with wire.stream(f"{served.base_url}/chat/completions", chat()) as (_, events):
        for _ in range(5):
            next(events)
    eventually(lambda: mock.ledger()[0]["outcome"] == "aborted", "the provider noticing")
    served.finish()
    (receipt,) = receipts()
    assert (receipt["backend"], receipt["state"]) == ("first", "estimated")
    assert 3 <= receipt["output_tokens"] < 1000


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("knobs, read", [("chunks=400", 1), ("chunks=300;delay=30", 0)])
def test_what_a_provider_had_sent_when_its_agent_left_is_booked_as_billed(mock, sidecar, receipts, knobs, read, stream):
    """A provider bills what it has sent, read or not: an agent that leaves early has spent no less."""
    # What nobody can know is booked, and written down, as it was held: there must be a budget that holds it.
    served = sidecar(one(mock.at(knobs), budgets={"cap": {"limit": "100M tokens/day"}}))
    for _ in range(20):
        with wire.Raw(served.address) as agent:
            agent.send(wire.request(body=chat(stream=stream)))
            if read:
                agent.head()
            else:
                time.sleep(0.0298)  # About when the provider answers: on either side of it the books must be right.
    served.finish()
    assert len(receipts()) == len(mock.ledger()) == 20
    assert sum(receipt["output_tokens"] or 0 for receipt in receipts()) >= mock.billed("completion_tokens")
    assert total(receipts()) >= mock.billed()


def test_a_process_that_was_stopped_for_a_while_reads_before_it_gives_up(mock, sidecar, receipts):
    """Its timers have run out, and the whole reply has long arrived."""
    served = sidecar(chain(backend(mock.at("chunks=40;chunk-delay=5"), idle_ms=300, first_byte_ms=300)))
    with wire.stream(f"{served.base_url}/chat/completions", chat()) as (_, events):
        next(events)
        served.signal(signal.SIGSTOP)
        eventually(lambda: mock.ledger()[0]["outcome"] == "completed", "the provider ending")
        time.sleep(0.5)
        served.signal(signal.SIGCONT)
        assert list(events)[-1] == "[DONE]"
    served.finish()
    (receipt,) = receipts()
    assert receipt["state"] == "settled" and total([receipt]) == mock.billed()


def test_cache_reads_and_writes_in_the_head_of_an_invoked_models_reply_are_booked(provider, sidecar, receipts):
    # docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html; the body is the model's own.
    counts = {"input": 10, "output": 7, "cache-read-input": 200, "cache-write-input": 3000}
    fields = {f"x-amzn-bedrock-{name}-token-count": str(count) for name, count in counts.items()}
    scripted = provider(lambda line, request: line.answer({"results": [{"outputText": "fine"}]}, **fields))
    served = sidecar(
        {"backends": {"main": {
            "provider": "bedrock", "region": "us-east-1", "baseURL": scripted.url.removesuffix("/v1"), "auth": {"aws": {}}}},
         "models": {"*": {"chain": [{"backend": "main"}]}}},
        env={"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": PROVIDER_KEY})
    origin = served.base_url.removesuffix("/v1")
    reply = wire.post(f"{origin}/model/amazon.titan-text-express-v1/invoke", {"inputText": "hello"})
    assert reply.status == 200, reply.body
    served.finish()
    (receipt,) = receipts()
    assert receipt["state"] == "settled"
    assert (receipt["input_tokens"], receipt["output_tokens"]) == (3210, 7)
    assert (receipt["cached_input_tokens"], receipt["cache_creation_input_tokens"]) == (200, 3000)


def test_a_refusal_leaves_a_receipt_that_costs_nothing(mock, sidecar, receipts):
    served = sidecar(one(mock.at(), budgets={"b": {"limit": "1 requests/day"}}))
    for _ in range(2):
        wire.post(f"{served.base_url}/chat/completions", chat())
    served.finish()
    settled, refused = receipts()
    assert (settled["state"], refused["state"], refused["status"]) == ("settled", "refused", 429)
    assert total([refused]) == 0


@pytest.mark.parametrize("knobs", ["chunk-delay=10;chunks=100000", "stall-after=3", "delay=60000"])
def test_what_the_grace_period_cuts_is_booked_as_well(mock, sidecar, receipts, knobs):
    served = sidecar(one(mock.at(knobs), budgets={"b": {"limit": "1000000 tokens/day"}}), "--grace", "0")
    with wire.Raw(served.address) as agent:
        agent.send(wire.request(body=chat(stream=True, max_tokens=100_000)))
        eventually(mock.ledger, "the provider being called")
        served.signal(signal.SIGTERM)
        assert served.exit_code(10) == 0
    (receipt,) = receipts()
    assert receipt["state"] == "estimated" and receipt["input_tokens"] > 0
