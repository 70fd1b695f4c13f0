"""Alerts: once per threshold, window and account: as an event, a log line, a counter, and to a webhook that may fail."""

import json
import signal

import pytest

import metrics
import wire
from daemon import FakeSidecar, Wire
from daemon import policy as daemon_policy
from policies import KEY_VARIABLE, chat, one
from provider import completion
from secrets_of_the_tests import PROVIDER_KEY
from waiting import eventually
from watching import watching

ALERTS = "ai_gateway_budget_alerts_total"
# As in the addresses of chat services: whoever knows the path may post.
HOOK_PATH = "hooks/T0SECRETPATH"


def answering(line, _):
    line.answer(completion(prompt=60, output=40))


def hook(url, **more):
    return {"webhook": {"url": f"{url.removesuffix('/v1')}/{HOOK_PATH}", **more}}


def alerts_logged(sidecar):
    return [event for event in sidecar.log() if event["message"] == "budget alert"]


def test_a_threshold_is_told_everywhere_and_once(provider, sidecar):
    receiver = provider(lambda line, _: line.answer({}))
    budget = {"per": "header:x-user-id", "limit": "400 tokens/day", "alertAt": [0.25, 1]}
    running = sidecar(
        one(provider(answering).url, budgets={"mine": budget}, limits={"maxOutputTokensDefault": 40},
            alerts=hook(receiver.url, auth={"env": KEY_VARIABLE})))
    with watching(running) as next_event:
        assert wire.post(f"{running.base_url}/chat/completions", chat(), x_user_id="alice").status == 200
        event = next_event()
    assert (event["kind"], event["subject"]) == ("alert", "mine")
    assert event["details"] | {"resetsAt": 0, "at": 0} == {
        "budget": "mine", "scope": "header:x-user-id=alice", "kind": "threshold", "threshold": "0.25",
        "unit": "totalTokens", "used": 100, "limit": 400, "resetsAt": 0, "at": 0}
    assert event["message"].startswith(
        "Budget mine (header:x-user-id=alice) has used 25 % of its limit; alertAt is 0.25. It starts anew at ")
    eventually(lambda: receiver.requests, "the webhook was called")
    request = receiver.requests[0]
    assert (request.method, request.path) == ("POST", f"/{HOOK_PATH}")
    assert request.headers["authorization"] == f"Bearer {PROVIDER_KEY}"
    assert request.headers["content-type"] == "application/json"
    body = request.json()
    assert (body["budget"], body["used"], body["limit"], body["message"]) == ("mine", 100, 400, event["message"])
    assert body["resetsAt"].endswith("T00:00:00Z")
    assert running.metrics().sum(ALERTS, budget="mine", kind="threshold") == 1
    assert [line["threshold"] for line in alerts_logged(running)] == ["0.25"]
    # Another account is told of by itself, the first one not again: its alert would have come before.
    assert wire.post(f"{running.base_url}/chat/completions", chat("b"), x_user_id="alice").status == 200
    assert wire.post(f"{running.base_url}/chat/completions", chat("c"), x_user_id="bob").status == 200
    eventually(lambda: running.metrics().sum(ALERTS) == 2, "the other account's alert")
    assert [line["reason"].split("(")[1].split(")")[0] for line in alerts_logged(running)] == [
        "header:x-user-id=alice", "header:x-user-id=bob"]
    assert "T0SECRETPATH" not in "\n".join(running.stderr) + running.health("/metrics").body.decode()


def test_a_restart_tells_nothing_twice(provider, sidecar):
    policy = one(
        provider(answering).url, budgets={"cap": {"limit": "1000 tokens/day", "alertAt": [0.05, 0.15]}},
        limits={"maxOutputTokensDefault": 40})
    first = sidecar(policy)
    wire.post(f"{first.base_url}/chat/completions", chat())
    eventually(lambda: first.metrics().sum(ALERTS) == 1, "the first alert")
    first.signal(signal.SIGTERM)
    assert first.exit_code() == 0
    second = sidecar(policy)
    wire.post(f"{second.base_url}/chat/completions", chat())
    eventually(lambda: second.metrics().sum(ALERTS) == 1, "the second threshold's alert")
    assert [line["threshold"] for line in alerts_logged(second)] == ["0.15"]


def test_a_webhook_that_fails_is_tried_again_and_keeps_nobody_waiting(provider, sidecar):
    replies = iter(["500 Internal Server Error", "204 No Content"])
    receiver = provider(lambda line, _: line.answer(b"", status=next(replies)))
    running = sidecar(
        one(provider(answering).url, budgets={"cap": {"limit": "1000 tokens/day", "alertAt": 0.05}},
            limits={"maxOutputTokensDefault": 40}, alerts=hook(receiver.url)))
    assert wire.post(f"{running.base_url}/chat/completions", chat()).status == 200
    eventually(lambda: len(receiver.requests) == 2, "the second attempt")
    assert receiver.requests[0].body == receiver.requests[1].body
    assert "authorization" not in receiver.requests[1].headers


def test_a_webhook_that_does_not_want_it_is_left_alone_and_its_path_is_not_told(provider, sidecar):
    receiver = provider(lambda line, _: line.answer(b"", status="302 Found", location="http://127.0.0.1:1/"))
    running = sidecar(
        one(provider(answering).url, budgets={"cap": {"limit": "1000 tokens/day", "alertAt": 0.05}},
            limits={"maxOutputTokensDefault": 40}, alerts=hook(receiver.url)))
    wire.post(f"{running.base_url}/chat/completions", chat())
    line = json.loads(running.wait_for_log("alert given up"))
    assert (line["host"], line["reason"]) == ("127.0.0.1", "it answered 302")
    assert "T0SECRETPATH" not in "\n".join(running.stderr)


@pytest.mark.parametrize("trusted", [True, False])
def test_a_webhook_s_certificate_is_checked(tls_mock, certificates, provider, sidecar, trusted):
    running = sidecar(
        one(provider(answering).url, budgets={"cap": {"limit": "1000 tokens/day", "alertAt": 0.05}},
            limits={"maxOutputTokensDefault": 40}, alerts=hook(f"https://localhost:{tls_mock.address.split(':')[1]}")),
        env={"SSL_CERT_FILE": str(certificates / "ca.pem")} if trusted else {})
    wire.post(f"{running.base_url}/chat/completions", chat())
    if trusted:
        # The mock serves no such path, which only somebody can hear who accepted its certificate.
        assert '"reason":"it answered 404"' in running.wait_for_log("alert given up")
    else:
        assert "certificate" in running.wait_for_log("alert not sent to the webhook yet")


def test_a_secret_that_is_not_there_is_a_policy_that_is_not_served(provider, sidecar, policy_file):
    policy = one(
        provider(answering).url, budgets={"cap": {"limit": "1000 tokens/day", "alertAt": 0.05}})
    running = sidecar(policy)
    policy_file({**policy, "alerts": hook("http://127.0.0.1:1", auth={"env": "NOT_THERE"})})
    line = running.wait_for_log("policy refused")
    assert "alerts.webhook.auth: environment variable NOT_THERE is not set" in line
    assert running.metrics().sum(metrics.BUDGET_LIMIT) == 1000


def test_a_burn_rate_is_told_while_most_of_the_budget_is_left(provider, sidecar):
    running = sidecar(
        one(provider(answering).url, budgets={"cap": {"limit": "24000 tokens/day", "burn": "3x over 10m"}},
            limits={"maxOutputTokensDefault": 40}))

    def spend():
        assert wire.post(f"{running.base_url}/chat/completions", chat()).status == 200
        return alerts_logged(running)

    # 24,000 a day are 166 in ten minutes: more than 500 since the account was first seen.
    line = eventually(spend, "the burn alert")[0]
    assert (line["kind"], line["threshold"]) == ("burn", "3x over 10m")
    assert "times as fast as it lasts" in line["reason"]
    assert running.metrics().sum(ALERTS, budget="cap", kind="burn") == 1


def test_a_daemon_tells_what_its_sidecars_spent_together(provider, daemon):
    receiver = provider(lambda line, _: line.answer({}))
    started = daemon(env={KEY_VARIABLE: PROVIDER_KEY})
    started.call("PatchPolicy", patch=daemon_policy(
        budgets={"all": {"limit": "1000 tokens/day", "alertAt": 0.8}},
        alerts=hook(receiver.url, auth={"env": KEY_VARIABLE})), timeout=0)
    watcher = Wire(started.socket)
    watcher.send("Watch", more=True)
    one_sidecar, other = FakeSidecar(started, "a"), FakeSidecar(started, "b")
    for sidecar in one_sidecar, other:
        sidecar.lease(needs=400, wants=400)
        assert sidecar.spend(400) == 400
        sidecar.lease(needs=0, wants=0)
    while (event := watcher.receive()["parameters"]["event"])["kind"] != "alert":
        assert event["kind"] == "sidecar"
    assert (event["subject"], event["details"]["used"], event["details"]["limit"]) == ("all", 800, 1000)
    eventually(lambda: receiver.requests, "the webhook was called")
    assert receiver.requests[0].headers["authorization"] == f"Bearer {PROVIDER_KEY}"
    page = wire.get(f"http://{started.address}/metrics").body.decode()
    assert 'aigwd_budget_alerts_total{budget="all",kind="threshold"} 1\n' in page
    assert PROVIDER_KEY not in started.output and "T0SECRETPATH" not in started.output
    for each in (one_sidecar, other, watcher):
        each.close()


def test_a_daemon_refuses_a_webhook_whose_secret_it_does_not_have(daemon):
    started = daemon()
    started.call("PatchPolicy", patch=daemon_policy(), timeout=0)
    name, fields = started.refusal(
        "PatchPolicy", patch={"alerts": hook("http://127.0.0.1:1", auth={"env": "NOT_THERE"})})
    assert name == "PolicyInvalid"
    assert "environment variable NOT_THERE is not set" in fields["diagnostics"][0]["message"]
