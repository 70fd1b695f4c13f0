"""What backends are asked for besides keys: AWS's signatures and Google's tokens, from every place they come from."""

import concurrent.futures
import json
import random
import signal
import urllib.parse

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from google.auth import jwt

import wire
from cli import aigwctl, done
from policies import ask, chain, chat, one
from programs import Mock
from provider import completion
from secrets_of_the_tests import AGENT_KEY, PROVIDER_KEY
from token_services import STS, Container, GoogleTokens, Instance, service_account
from waiting import eventually

REGION = "eu-central-1"
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}
CLAUDE = "anthropic.claude-sonnet-4-5-20250929-v1:0"
CONVERSATION = {"messages": [{"role": "user", "content": [{"text": "hello"}]}]}


def converse(line, _):
    line.answer({
        "output": {"message": {"role": "assistant", "content": [{"text": "fine"}]}}, "stopReason": "end_turn",
        "usage": {"inputTokens": 3, "outputTokens": 1, "totalTokens": 4}, "metrics": {"latencyMs": 1}})


def generate(line, _):
    line.answer({
        "candidates": [{"content": {"role": "model", "parts": [{"text": "fine"}]}, "finishReason": "STOP"}],
        "usageMetadata": {"promptTokenCount": 3, "candidatesTokenCount": 1, "totalTokenCount": 4}})


def bedrock(url, **aws):
    """Every model at a Bedrock at `url`."""
    return {
        "backends": {"bedrock": {
            "provider": "bedrock", "region": REGION, "baseURL": url.removesuffix("/v1"), "auth": {"aws": aws}}},
        "models": {"*": {"chain": [{"backend": "bedrock"}]}}}


def vertex(url, **google):
    return {
        "backends": {"vertex": {
            "provider": "vertex", "baseURL": url.replace("/v1", "/v1/projects/p1/locations/l1/publishers/google"),
            "auth": {"google": google}}},
        "models": {"*": {"chain": [{"backend": "vertex"}]}}}


def ask_bedrock(served, model=CLAUDE, body=CONVERSATION, **headers):
    origin = served.base_url.removesuffix("/v1")
    return wire.call("POST", f"{origin}/model/{urllib.parse.quote(model, safe='')}/converse", body, headers)


def ask_vertex(served):
    origin = served.base_url.removesuffix("/v1")
    body = {"contents": [{"role": "user", "parts": [{"text": "hello"}]}]}
    return wire.call("POST", f"{origin}/v1beta/models/gemini-2.5-pro:generateContent", body)


def signed_by_botocore(request, identifier, secret, session=None):
    """The Authorization field that AWS's own signer writes for the same request at the same second."""
    url = f"http://{request.headers['host']}{request.path}"
    fields = {"host": request.headers["host"], "X-Amz-Date": request.headers["x-amz-date"]}
    if session:
        fields["X-Amz-Security-Token"] = session
    again = AWSRequest(request.method, url, data=request.body, headers=fields)
    again.context["timestamp"] = request.headers["x-amz-date"]
    signer = SigV4Auth(Credentials(identifier, secret, session), "bedrock", REGION)
    canonical = signer.canonical_request(again)
    text = signer.string_to_sign(again, canonical)
    return (
        f"AWS4-HMAC-SHA256 Credential={signer.scope(again)}, SignedHeaders={signer.signed_headers(signer.headers_to_sign(again))}, "
        f"Signature={signer.signature(text, again)}")


def assert_signed(request, identifier, secret, session=None):
    assert request.headers["authorization"] == signed_by_botocore(request, identifier, secret, session)
    assert request.headers.get("x-amz-security-token") == session
    names = [name for name, _ in request.header_list]
    assert names.count("authorization") == names.count("x-amz-date") == 1


def granted(request):
    """Which grant of a token service signed the request."""
    number = request.headers["x-amz-security-token"].removeprefix("session-of-grant-")
    assert_signed(request, f"ASIAGRANT{number}", f"secret-of-grant-{number}", f"session-of-grant-{number}")
    return int(number)


@pytest.fixture
def service():
    started = []

    def start(kind, **options):
        started.append(kind(**options))
        return started[-1]
    yield start
    for each in started:
        each.gate.set()
        each.close()


# AWS


def test_three_hundred_requests_are_signed_as_awss_own_signer_signs_them(provider, sidecar):
    upstream = provider(converse)
    served = sidecar(bedrock(upstream.url), env=KEYS)
    chance = random.Random(20261121)
    letters = "abcXYZ019-._~:/+=@ %é中\"'()*!,;&$?#[]"
    for _ in range(300):
        # A name with % or .. is refused.
        model = "m" + "".join(chance.choice(letters) for _ in range(chance.randrange(40))).replace("%", "").replace("..", ".")
        text = "".join(chance.choice(letters + "\n") for _ in range(chance.randrange(300)))
        body = {"messages": [{"role": "user", "content": [{"text": text}]}]}
        ask_bedrock(served, model, body)
    assert len(upstream.requests) > 250
    for request in upstream.requests:
        assert_signed(request, KEYS["AWS_ACCESS_KEY_ID"], KEYS["AWS_SECRET_ACCESS_KEY"])


def test_a_bedrock_that_checks_signatures_answers_an_openai_client(sidecar, client):
    mock = Mock("--aws", *KEYS.values())
    try:
        served = sidecar(bedrock(mock.at()), env=KEYS)
        reply = client(served).chat.completions.create(model=CLAUDE, messages=ask(), max_tokens=50)
        assert reply.choices[0].message.content
    finally:
        mock.kill()


def test_an_agent_that_signs_with_keys_of_its_own_is_signed_for_anew(provider, sidecar):
    upstream = provider(converse)
    served = sidecar(bedrock(upstream.url), env={**KEYS, "AWS_SESSION_TOKEN": "role/token+="})
    theirs = {"x-amz-date": "20200101T000000Z", "x-amz-security-token": AGENT_KEY, "x-amz-content-sha256": "0" * 64,
              "authorization": f"AWS4-HMAC-SHA256 Credential={AGENT_KEY}"}
    assert ask_bedrock(served, **theirs).status == 200
    assert_signed(upstream.requests[0], *KEYS.values(), "role/token+=")
    assert "x-amz-content-sha256" not in upstream.requests[0].headers


def test_a_profiles_keys_are_used_and_rotated(provider, sidecar, tmp_path):
    upstream = provider(converse)
    file = tmp_path / "credentials"
    file.write_text("[default]\naws_access_key_id = A\n[prod]\naws_access_key_id=AKIDOLD\naws_secret_access_key = old\n")
    served = sidecar(bedrock(upstream.url, profile="prod", file=str(file)))
    assert ask_bedrock(served).status == 200
    assert_signed(upstream.requests[0], "AKIDOLD", "old")
    file.write_text("[prod]\naws_access_key_id=AKIDNEW\naws_secret_access_key = new/+\n")

    def is_rotated():
        ask_bedrock(served)
        return "AKIDNEW" in upstream.requests[-1].headers["authorization"]
    eventually(is_rotated, "the new key")
    assert_signed(upstream.requests[-1], "AKIDNEW", "new/+")


def test_a_role_is_taken_on_at_sts_with_the_token_of_the_pod(provider, sidecar, service, tmp_path):
    upstream, sts = provider(converse), service(STS)
    token = tmp_path / "token"
    token.write_text("header.claims/+=.signature\n")
    served = sidecar(bedrock(upstream.url), env={
        "AWS_WEB_IDENTITY_TOKEN_FILE": str(token), "AWS_ROLE_ARN": "arn:aws:iam::1:role/agents",
        "AWS_ROLE_SESSION_NAME": "pod-1", "AWS_ENDPOINT_URL_STS": sts.origin})
    for _ in range(3):
        assert ask_bedrock(served).status == 200
    assert [granted(request) for request in upstream.requests] == [1, 1, 1]
    assert sts.forms == [{
        "Action": "AssumeRoleWithWebIdentity", "Version": "2011-06-15", "RoleArn": "arn:aws:iam::1:role/agents",
        "RoleSessionName": "pod-1", "WebIdentityToken": "header.claims/+=.signature"}]


def test_keys_that_end_are_fetched_anew_before_they_do(provider, sidecar, service, tmp_path):
    upstream, sts = provider(converse), service(STS, lifetime=4)
    token = tmp_path / "token"
    token.write_text("first")
    policy = bedrock(upstream.url, role="arn:aws:iam::1:role/r", tokenFile=str(token))
    served = sidecar(policy, env={"AWS_ENDPOINT_URL_STS": sts.origin})
    ask_bedrock(served)
    token.write_text("second")
    # Nobody calls meanwhile: the background alone does it.
    eventually(lambda: sts.grants >= 2, "a second grant")
    assert sts.forms[-1]["WebIdentityToken"] == "second"
    assert ask_bedrock(served).status == 200 and granted(upstream.requests[-1]) >= 2


def test_a_container_gives_keys_for_the_token_in_its_file(provider, sidecar, service, tmp_path):
    upstream, agent = provider(converse), service(Container)
    token = tmp_path / "token"
    token.write_text("pod-identity\n")
    served = sidecar(bedrock(upstream.url), env={
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{agent.origin}/v1/credentials?x=1",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(token)})
    assert ask_bedrock(served).status == 200 and granted(upstream.requests[0]) == 1
    assert agent.requests[0].path == "/v1/credentials?x=1"
    assert agent.requests[0].headers["authorization"] == "pod-identity"


def test_an_instance_gives_keys_for_a_session(provider, sidecar, service):
    upstream, metadata = provider(converse), service(Instance)
    served = sidecar(bedrock(upstream.url), env={"AWS_EC2_METADATA_SERVICE_ENDPOINT": metadata.origin})
    assert ask_bedrock(served).status == 200 and granted(upstream.requests[0]) == 1


# Google


def test_a_service_account_signs_for_its_tokens(provider, sidecar, service, tmp_path):
    upstream, google = provider(generate), service(GoogleTokens)
    path, public = service_account(tmp_path, f"{google.origin}/token")
    served = sidecar(vertex(upstream.url, file=str(path)))
    for _ in range(2):
        assert ask_vertex(served).status == 200
    request = upstream.requests[0]
    assert request.path == "/v1/projects/p1/locations/l1/publishers/google/models/gemini-2.5-pro:generateContent"
    assert [request.headers["authorization"] for request in upstream.requests] == ["Bearer ya29.grant-1"] * 2
    (assertion,) = google.assertions()
    claims = jwt.decode(assertion, certs=public, audience=f"{google.origin}/token")
    assert claims["iss"] == "agents@p1.iam.gserviceaccount.com"
    assert claims["scope"] == "https://www.googleapis.com/auth/cloud-platform"
    assert claims["exp"] - claims["iat"] == 3600
    assert jwt.decode_header(assertion) == {"alg": "RS256", "typ": "JWT", "kid": "key-1"}


def test_the_metadata_server_gives_tokens_that_are_renewed(provider, sidecar, service):
    upstream, google = provider(generate), service(GoogleTokens, lifetime=4)
    served = sidecar(vertex(upstream.url), env={"GCE_METADATA_HOST": google.origin.removeprefix("http://")})
    assert ask_vertex(served).status == 200
    assert upstream.requests[0].headers["authorization"] == "Bearer ya29.grant-1"
    assert google.requests[0].path == "/computeMetadata/v1/instance/service-accounts/default/token"
    eventually(lambda: google.grants >= 2, "a second grant")
    ask_vertex(served)
    assert upstream.requests[-1].headers["authorization"] != "Bearer ya29.grant-1"


def test_a_rotated_service_account_is_asked_for_by_its_new_key(provider, sidecar, service, tmp_path):
    upstream, google = provider(generate), service(GoogleTokens)
    path, _ = service_account(tmp_path, f"{google.origin}/token")
    served = sidecar(vertex(upstream.url, file=str(path)))
    assert ask_vertex(served).status == 200
    path.write_text("{")
    line = served.wait_for_line(served.stderr, lambda line: "not renewed" in line and line)
    assert "service-account.json is not JSON: line 1, column 1" in line
    assert ask_vertex(served).status == 200
    _, public = service_account(tmp_path, f"{google.origin}/token")
    eventually(lambda: google.grants == 2, "a token for the new key")
    assert jwt.decode(google.assertions()[-1], certs=public, audience=f"{google.origin}/token")


# What all of them share


def test_calls_wait_for_the_first_token_and_it_is_asked_for_once(provider, sidecar, service):
    upstream, agent = provider(converse), service(Container)
    agent.gate.clear()
    served = sidecar(bedrock(upstream.url), env={"AWS_CONTAINER_CREDENTIALS_FULL_URI": agent.origin})
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        replies = [pool.submit(ask_bedrock, served) for _ in range(16)]
        eventually(lambda: agent.requests, "the question")
        agent.gate.set()
        assert {reply.result().status for reply in replies} == {200}
    assert agent.grants == 1


def test_a_failure_leaves_the_last_good_keys_in_use_and_is_logged_without_them(provider, sidecar, service):
    upstream, agent = provider(converse), service(Container, lifetime=8)
    served = sidecar(bedrock(upstream.url), env={"AWS_CONTAINER_CREDENTIALS_FULL_URI": agent.origin})
    assert ask_bedrock(served).status == 200
    agent.failing = (b'{"message": "the agent is tired"}', "503 Service Unavailable")
    line = served.wait_for_line(served.stderr, lambda line: "not renewed" in line and line)
    assert "127.0.0.1 answered 503: the agent is tired" in line and "grant-1" not in line
    assert ask_bedrock(served).status == 200 and granted(upstream.requests[-1]) == 1
    agent.failing = None
    served.wait_for_line(served.stderr, lambda line: "secret renewed" in line)
    assert ask_bedrock(served).status == 200 and granted(upstream.requests[-1]) == 2


def test_without_a_token_the_chain_goes_on(provider, sidecar, service):
    sts, fallback = service(Container), provider(converse)
    sts.failing = (b"no", "500 Internal Server Error")
    policy = bedrock(provider(converse).url)
    policy["backends"]["other"] = {
        "provider": "bedrock", "region": REGION, "baseURL": fallback.url.removesuffix("/v1"), "auth": {"env": "KEY"}}
    policy["models"]["*"]["chain"].append({"backend": "other"})
    served = sidecar(policy, env={"AWS_CONTAINER_CREDENTIALS_FULL_URI": sts.origin, "KEY": PROVIDER_KEY})
    assert ask_bedrock(served).status == 200
    assert fallback.requests[0].headers["authorization"] == f"Bearer {PROVIDER_KEY}"
    served.finish()
    policy["models"]["*"]["chain"].pop()
    alone = sidecar(policy, env={"AWS_CONTAINER_CREDENTIALS_FULL_URI": sts.origin, "KEY": PROVIDER_KEY})
    reply = ask_bedrock(alone)
    assert reply.status >= 500 and b"127.0.0.1 answered 500" in reply.body


def test_a_new_policy_keeps_the_tokens_of_the_old_one(provider, sidecar, service, policy_file):
    upstream, agent = provider(converse), service(Container)
    policy = bedrock(upstream.url)
    served = sidecar(policy, env={"AWS_CONTAINER_CREDENTIALS_FULL_URI": agent.origin})
    assert ask_bedrock(served).status == 200
    policy_file({**policy, "budgets": {"cap": {"limit": "1M tokens/day"}}})
    served.signal(signal.SIGHUP)
    served.wait_for_line(served.stderr, lambda line: "policy applied" in line)
    assert ask_bedrock(served).status == 200
    assert agent.grants == 1


def test_a_policy_that_is_only_tried_asks_nobody(provider, sidecar, service, tmp_path):
    agent = service(Container)
    served = sidecar(one(provider(lambda line, _: line.answer(completion())).url), env={"AWS_CONTAINER_CREDENTIALS_FULL_URI": agent.origin})
    tried = json.dumps(bedrock(provider(converse).url))
    assert "nothing was changed" in done(aigwctl(
        tmp_path / "state" / "control.sock", "apply", "-f", "-", "--dry-run", stdin=tried))
    assert wire.post(f"{served.base_url}/chat/completions", chat()).status == 200
    assert agent.requests == []


@pytest.mark.parametrize("auth, env, sentence", [
    ({"aws": {}}, {"AWS_EC2_METADATA_DISABLED": "true"},
     "no keys of AWS's are there: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile or a role"),
    ({"aws": {"profile": "x", "file": "/nonexistent"}}, {}, "read /nonexistent: no such file or directory"),
    ({"aws": {"role": "arn", "tokenFile": "/nonexistent"}}, {}, "read /nonexistent: no such file or directory"),
    ({"aws": {}}, {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://example.com/"},
     "AWS_CONTAINER_CREDENTIALS_FULL_URI must be an https address, or one of this machine or its link"),
])
def test_what_cannot_work_is_said_at_the_start(sidecar, auth, env, sentence):
    policy = bedrock("http://127.0.0.1:9/v1")
    policy["backends"]["bedrock"]["auth"] = auth
    with pytest.raises(AssertionError) as refusal:
        sidecar(policy, env=env)
    assert "backends.bedrock.auth: " + sentence in str(refusal.value)


# Keys that agents bring


def test_an_agent_may_bring_a_key_where_the_policy_says_so(provider, sidecar):
    first, second = provider(lambda line, _: line.answer(b"{}", "500 No")), provider(lambda line, _: line.answer(completion()))
    policy = chain(first.url, second.url)
    policy["backends"]["first"]["auth"]["overrideHeader"] = "X-Provider-Key"
    served = sidecar(policy)
    reply = wire.post(f"{served.base_url}/chat/completions", chat(), x_provider_key=AGENT_KEY)
    assert reply.status == 200
    assert first.requests[0].headers["authorization"] == f"Bearer {AGENT_KEY}"
    assert second.requests[0].headers["authorization"] == f"Bearer {PROVIDER_KEY}"
    for upstream in (first, second):
        assert "x-provider-key" not in upstream.requests[0].headers
    wire.post(f"{served.base_url}/chat/completions", chat())
    assert first.requests[1].headers["authorization"] == f"Bearer {PROVIDER_KEY}"


def test_mistral_is_not_asked_for_what_it_tells_anyway(provider, sidecar):
    upstream = provider(lambda line, _: line.answer(completion()))
    policy = one(upstream.url)
    policy["backends"]["main"]["provider"] = "mistral"
    wire.post(f"{sidecar(policy).base_url}/chat/completions", chat(stream=True))
    assert "stream_options" not in upstream.requests[0].json()
