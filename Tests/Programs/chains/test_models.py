"""GET /v1/models lists what an agent may ask for here: the virtual models, not the provider's catalogue."""

import anthropic
import openai
import pytest

import wire
from policies import MODEL, one
from waiting import eventually


@pytest.fixture
def served(mock, sidecar):
    policy = one(mock.at())
    policy["models"]["fast"] = {"chain": [{"backend": "main", "modelNameOverride": "gpt-4o-mini"}]}
    return sidecar(policy)


def test_the_virtual_models_are_listed(served, client):
    models = list(client(served).models.list())
    assert sorted(model.id for model in models) == ["fast", MODEL]
    assert all(model.object == "model" and model.owned_by for model in models)


def test_one_model_can_be_asked_for(served, client):
    assert client(served).models.retrieve("fast").id == "fast"


def test_a_model_that_is_not_here_is_not_found(served, client):
    with pytest.raises(openai.NotFoundError) as refused:
        client(served).models.retrieve("gpt-2")
    assert "gpt-2" in str(refused.value)


def test_listing_asks_no_provider(served, mock):
    assert wire.get(f"{served.base_url}/models").status == 200
    assert mock.ledger() == []


def test_a_new_policy_lists_new_models(served, client, policy_file, mock):
    policy_file(one(mock.at(), model="brand-new"))
    eventually(lambda: [model.id for model in client(served).models.list()] == ["brand-new"], "the new list")


def test_an_agent_of_anthropics_lists_them_in_its_own_shape(served):
    agent = anthropic.Anthropic(base_url=served.base_url.removesuffix("/v1"), api_key="none", max_retries=0)
    models = list(agent.models.list())
    assert sorted(model.id for model in models) == ["fast", MODEL]
    assert all(model.type == "model" and model.display_name and model.created_at for model in models)
    assert agent.models.retrieve("fast").id == "fast"
    with pytest.raises(anthropic.NotFoundError) as refused:
        agent.models.retrieve("gpt-2")
    assert refused.value.body["error"]["type"] == "not_found_error"
