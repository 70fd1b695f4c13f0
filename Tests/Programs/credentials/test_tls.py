"""Providers are reached over TLS, verified; what cannot be verified is refused by name and fails over."""

import pytest

import wire
from policies import MODEL, ask, backend, chain, chat, one
from programs import Mock
from starting import refused_to_start


def trusted(mock, certificates, **more):
    """A backend that trusts the tests' authority and calls the mock by its host name."""
    url = mock.at().replace("127.0.0.1", "localhost")
    return backend(url, tls={"caFile": str(certificates / "ca.pem")}, **more)


def with_backend(main):
    policy = one("http://unused")
    policy["backends"]["main"] = main
    return policy


@pytest.fixture
def bad_mock(certificates):
    """Starts mocks that present other certificates."""
    started = []

    def start(name):
        started.append(Mock("--tls", certificates / f"{name}.pem", certificates / f"{name}.key"))
        return started[-1]
    yield start
    for each in started:
        each.kill()


def test_a_call_over_tls_works_whole_and_streaming(tls_mock, certificates, sidecar, client):
    chats = client(sidecar(with_backend(trusted(tls_mock, certificates)))).chat.completions
    whole = chats.create(model=MODEL, messages=ask()).choices[0].message.content
    stream = chats.create(model=MODEL, messages=ask(), stream=True)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices) == whole


def test_a_megabyte_goes_over_tls(tls_mock, certificates, sidecar, client):
    chats = client(sidecar(with_backend(trusted(tls_mock, certificates)))).chat.completions
    assert chats.create(model=MODEL, messages=ask("word " * 200_000), max_tokens=3).usage.prompt_tokens > 200_000


def test_an_address_is_verified_as_a_name_is(tls_mock, certificates, sidecar):
    served = sidecar(with_backend(backend(tls_mock.at(), tls={"caFile": str(certificates / "ca.pem")})))
    assert wire.post(f"{served.base_url}/chat/completions", chat()).status == 200


def test_an_authority_nobody_trusts_is_refused(tls_mock, sidecar):
    reply = wire.post(f"{sidecar(one(tls_mock.at())).base_url}/chat/completions", chat())
    assert reply.status == 502
    assert "certificate" in reply.error["message"] and "main" in reply.error["message"]


@pytest.mark.parametrize("name, words", [("wronghost", "localhost"), ("expired", "expired")])
def test_each_bad_certificate_is_refused_in_its_own_words(bad_mock, certificates, sidecar, name, words):
    served = sidecar(with_backend(trusted(bad_mock(name), certificates)))
    reply = wire.post(f"{served.base_url}/chat/completions", chat())
    assert reply.status == 502
    assert words in reply.error["message"]


def test_plain_text_where_tls_was_expected_is_an_error(mock, sidecar):
    reply = wire.post(f"{sidecar(one(mock.at().replace('http:', 'https:'))).base_url}/chat/completions", chat())
    assert reply.status == 502
    assert "TLS" in reply.error["message"]
    assert mock.ledger() == []


@pytest.mark.parametrize("name", ["wronghost", "expired"])
def test_a_tls_fault_fails_over(bad_mock, mock, certificates, sidecar, name):
    served = sidecar(chain(trusted(bad_mock(name), certificates), mock.at()))
    reply = wire.post(f"{served.base_url}/chat/completions", chat())
    assert (reply.status, reply.headers["x-ai-backend"]) == (200, "second")
    assert "first" in reply.headers["x-ai-fallback"]


def test_an_authority_file_that_is_missing_is_told_at_start(tls_mock, certificates, policy_file):
    main = backend(tls_mock.at(), tls={"caFile": "no-such-ca.pem"})
    refused_to_start("no-such-ca.pem", "--policy", policy_file(with_backend(main)))
