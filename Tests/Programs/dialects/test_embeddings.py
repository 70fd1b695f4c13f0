"""Embeddings go the same way as chat: the same chain, the same budgets, usage with input only."""

import metrics
from policies import chain, one
from secrets_of_the_tests import PROMPT
from waiting import eventually

MODEL = "text-embedding-3-small"


def test_embeddings_come_back_as_numbers(mock, sidecar, client):
    reply = client(sidecar(one(mock.at(), model=MODEL))).embeddings.create(model=MODEL, input=f"{PROMPT} vector")
    assert reply.model == MODEL
    assert len(reply.data[0].embedding) > 0
    assert reply.usage.prompt_tokens == mock.ledger()[0]["billed"]["prompt_tokens"]


def test_a_batch_keeps_its_order(mock, sidecar, client):
    texts = [f"{PROMPT} {number}" for number in range(5)]
    embeddings = client(sidecar(one(mock.at(), model=MODEL))).embeddings
    batch = embeddings.create(model=MODEL, input=texts)
    assert [item.index for item in batch.data] == list(range(5))
    assert batch.data[3].embedding == embeddings.create(model=MODEL, input=texts[3]).data[0].embedding


def test_embeddings_are_booked(mock, sidecar, client):
    served = sidecar(one(mock.at(), model=MODEL, budgets={"team": {"limit": "100000 tokens/day"}}))
    client(served).embeddings.create(model=MODEL, input=PROMPT)
    billed = mock.billed()
    assert billed > 0
    eventually(lambda: served.metrics().sum(metrics.BUDGET_USED, budget="team") == billed, "the budget settled")


def test_embeddings_fail_over(mock, sidecar, client):
    policy = chain(mock.at("status=503"), mock.at())
    policy["models"] = {MODEL: policy["models"].popitem()[1]}
    assert client(sidecar(policy)).embeddings.create(model=MODEL, input=PROMPT).data[0].embedding
    assert len(mock.ledger()) == 2
