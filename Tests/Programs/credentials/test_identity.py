"""Who pays: the user at the other end of a Unix socket, else trusted headers, else the pod; and what that selects."""

import json
import os
import pwd
import shutil
import sqlite3
import stat
import subprocess
import tempfile
from pathlib import Path

import anthropic
import openai
import pytest

import metrics
import wire
from policies import MODEL, ask, chain, chat, one
from secrets_of_the_tests import AGENT_KEY

POD = {"POD_NAME": "researcher-0", "POD_NAMESPACE": "agents", "SERVICE_ACCOUNT": "researcher"}
ME = pwd.getpwuid(os.getuid()).pw_name


def post(served, body=None, **headers):
    return wire.post(f"{served.base_url}/chat/completions", body or chat(), **headers)


def statuses(served, *calls):
    """What each call gets: a call is its headers, `model` among them naming the model."""
    return [post(served, chat(model=call.get("model", MODEL)),
                 **{name: value for name, value in call.items() if name != "model"}).status for call in calls]


@pytest.fixture
def limited(mock, sidecar):
    """A sidecar with one budget named `b`."""
    def start(limit, env=None, policy=None, **budget):
        return sidecar(one(mock.at(), budgets={"b": {"limit": limit, **budget}}, **(policy or {})), env=env)
    return start


@pytest.fixture
def receipts(tmp_path):
    """Who paid, by the receipts of a sidecar that has ended, in the order they were written."""
    def read(*columns):
        with sqlite3.connect(tmp_path / "state" / "ledger.db") as ledger:
            return ledger.execute(f"SELECT {', '.join(columns)} FROM receipt ORDER BY number").fetchall()
    return read


@pytest.fixture
def agents_socket():
    """The address of a Unix socket in a folder that every user may enter."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield f"unix:{folder / 'agents.sock'}"
    shutil.rmtree(folder)


def over(address, **headers):
    with wire.Raw(address) as agent:
        agent.send(wire.request(body=chat(), **headers))
        return agent.reply()


def status_of_user(address, uid):
    """What a process of user `uid` gets, in spite of the name it gives itself. Of curl, which every user may run."""
    done = subprocess.run(
        ["curl", "--silent", "--output", "/dev/null", "--write-out", "%{http_code}", "--max-time", "20",
         "--unix-socket", address.removeprefix("unix:"), "--header", "x-user-id: root",
         "--json", json.dumps(chat()), "http://aigw/v1/chat/completions"],
        user=uid, group=uid, extra_groups=[], cwd="/", capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done
    return int(done.stdout)


# Headers.

def test_each_user_team_and_tenant_has_a_budget_of_its_own(limited):
    for who in ("user", "team", "tenant"):
        served = limited("1 requests/day", per=who)
        header = f"x_{who}_id"
        assert statuses(served, {header: "a"}, {header: "b"}, {header: "a"}, {header: "b"}) == [200, 200, 429, 429]
        served.finish()


def test_the_policy_says_which_headers_are_believed(limited):
    served = limited(
        "1 requests/day", per="user", policy={"identity": {"headers": {"user": "x-me"}}})
    assert statuses(served, {"x_me": "alice"}, {"x_me": "bob"}) == [200, 200]
    # The usual header is nobody's word now: these two are the same nobody.
    assert statuses(served, {"x_user_id": "carol"}, {"x_user_id": "dave"}) == [200, 429]
    assert statuses(served, {"x_me": "alice", "x_user_id": "erin"}) == [429]


def test_a_change_of_the_trusted_headers_is_served(mock, sidecar, policy_file):
    policy = one(mock.at(), budgets={"b": {"limit": "1 requests/day", "per": "user"}})
    served = sidecar(policy)
    assert statuses(served, {"x_user_id": "alice"}, {"x_user_id": "alice", "x_me": "bob"}) == [200, 429]
    policy_file({**policy, "identity": {"headers": {"user": "x-me"}}})
    served.wait_for_log("policy applied")
    assert statuses(served, {"x_user_id": "alice", "x_me": "bob"}) == [200]


def test_a_refusal_names_who_paid(limited):
    served = limited("1 requests/day", per="user", match={"team": "eng"})
    post(served, x_user_id="alice", x_team_id="eng")
    refused = post(served, x_user_id="alice", x_team_id="eng")
    assert refused.error["scope"] == {"team": "eng", "user": "alice"}
    assert refused.error["message"].startswith("Budget b (team=eng, user=alice) allows 1 requests per day")


def test_a_name_too_long_to_tell_apart_is_refused_where_it_pays(limited):
    served = limited("10 requests/day", per="user", policy={"identity": {"headers": {"user": "x-me", "team": "x-us"}}})
    refused = post(served, x_me="a" * 257)
    assert (refused.status, refused.error["code"], refused.error["param"]) == (400, "header_too_long", "x-me")
    assert post(served, x_us="a" * 257).status == 200


# Unix sockets.

def test_the_user_at_the_other_end_of_a_unix_socket_cannot_be_overridden(mock, sidecar, agents_socket, receipts):
    policy = one(mock.at(), budgets={"b": {"limit": "2 requests/day", "match": {"user": ME}}})
    served = sidecar(policy, "--listen", agents_socket)
    assert [over(agents_socket, x_user_id=name).status for name in ("alice", "bob", "carol")] == [200, 200, 429]
    served.finish()
    assert receipts("user", "payer") == [(ME, f"user={ME}")] * 3


def test_team_and_tenant_of_a_unix_socket_are_what_trusted_headers_say(mock, sidecar, agents_socket, receipts):
    served = sidecar(one(mock.at()), "--listen", agents_socket)
    assert over(agents_socket, x_user_id="mallory", x_team_id="eng", x_tenant_id="acme").status == 200
    served.finish()
    assert receipts("user", "team", "tenant", "payer") == [(ME, "eng", "acme", f"user={ME} team=eng tenant=acme")]


@pytest.mark.skipif(os.getuid() != 0, reason="only root may become somebody else")
def test_every_user_of_the_machine_may_connect_and_pays_for_itself(mock, sidecar, agents_socket, receipts):
    policy = one(mock.at(), budgets={"b": {"limit": "1 requests/day", "per": "user"}})
    served = sidecar(policy, "--listen", agents_socket)
    assert stat.S_IMODE(os.stat(agents_socket.removeprefix("unix:")).st_mode) == 0o666
    assert [status_of_user(agents_socket, uid) for uid in (54_321, 54_322, 54_321)] == [200, 200, 429]
    assert over(agents_socket).status == 200
    served.finish()
    assert [user for user, in receipts("user")] == ["54321", "54322", "54321", "root"]


# The pod.

def test_the_pod_pays_where_nobody_else_does(limited, receipts):
    served = limited("1 requests/day", env=POD, per="user")
    refused = [post(served) for _ in range(2)][1]
    assert refused.error["scope"] == {"user": "pod:agents/researcher-0"}
    assert post(served, x_user_id="alice").status == 200
    served.finish()
    assert receipts("user", "pod", "payer") == [
        ("pod:agents/researcher-0", "researcher-0", "pod=agents/researcher-0"),
        ("pod:agents/researcher-0", "researcher-0", "pod=agents/researcher-0"),
        ("alice", "researcher-0", "user=alice")]


def test_outside_of_a_pod_receipts_name_nobody(limited, receipts):
    served = limited("5 requests/day", per="user")
    post(served)
    served.finish()
    assert receipts("user", "team", "tenant", "pod", "payer") == [(None, None, None, None, "")]


@pytest.mark.parametrize("match, applies", [
    ({"pod": "researcher-*"}, True), ({"pod": "writer-*"}, False), ({"namespace": "agents"}, True),
    ({"namespace": "default"}, False), ({"serviceAccount": {"regex": "^(reader|researcher)$"}}, True),
    ({"serviceAccount": {"present": False}}, False)])
def test_where_the_agent_runs_selects(limited, match, applies):
    served = limited("1 requests/day", env=POD, match=match)
    assert statuses(served, {}, {}) == [200, 429 if applies else 200]


# Selectors.

@pytest.mark.parametrize("match, applies, spared", [
    ({"user": {"regex": "^eng-[0-9]+$"}}, {"x_user_id": "eng-17"}, {"x_user_id": "eng-x"}),
    ({"user": "eng-*"}, {"x_user_id": "eng-x"}, {"x_user_id": "sales-1"}),
    ({"team": {"present": True}}, {"x_team_id": "any"}, {}),
    ({"team": {"present": False}}, {}, {"x_team_id": "any"}),
    ({"header:x-job": {"regex": "nightly"}}, {"x_job": "the-nightly-run"}, {"x_job": "daily"}),
    ({"header:x-job": {"present": True}}, {"x_job": "a"}, {"x_user_id": "a"}),
    ({"user": "a*", "team": {"regex": "^e"}}, {"x_user_id": "al", "x_team_id": "eng"}, {"x_user_id": "al"}),
    ({"model": {"regex": "^gpt-4o$"}}, {}, {"model": "gpt-4o-mini"}),
])
def test_a_budget_applies_to_the_calls_it_matches_only(mock, sidecar, match, applies, spared):
    policy = one(mock.at(), budgets={"b": {"limit": "1 requests/day", "match": match}})
    policy["models"]["gpt-4o-mini"] = {"chain": [{"backend": "main"}]}
    served = sidecar(policy)
    assert statuses(served, applies, spared, applies, spared) == [200, 200, 429, 200]


def test_a_budget_may_be_for_one_path(limited):
    served = limited("1 requests/day", match={"path": {"regex": "^/v1/(chat/)?completions$"}})
    assert statuses(served, {}, {}) == [200, 429]
    files = f"{served.base_url}/files"
    assert wire.get(files).status != 429
    assert statuses(served, {}) == [429]


def test_a_budget_may_be_for_one_backend(mock, sidecar):
    policy = chain(mock.at("status=503"), mock.at(), budgets={
        "dear": {"limit": "1 requests/day", "match": {"backend": "second"}}})
    policy["models"]["cheap"] = {"chain": [{"backend": "first"}]}
    served = sidecar(policy)
    assert statuses(served, {}, {}) == [200, 429]
    # The other backend is not what the budget is for.
    assert statuses(served, {"model": "cheap"}) == [503]


def test_per_user_and_model_counts_each_pair(mock, sidecar):
    policy = one(mock.at(), budgets={"b": {"limit": "1 requests/day", "per": ["user", "model"]}})
    policy["models"]["mini"] = {"chain": [{"backend": "main"}]}
    served = sidecar(policy)
    pairs = [{"x_user_id": user, "model": model} for user in ("alice", "bob") for model in (MODEL, "mini")]
    assert statuses(served, *pairs) == [200] * 4
    assert statuses(served, *pairs) == [429] * 4


def test_an_organisation_its_teams_and_their_users_share_what_there_is(mock, sidecar):
    served = sidecar(one(mock.at(), budgets={
        "org": {"limit": "5 requests/day", "match": {"tenant": "acme"}},
        "team": {"limit": "3 requests/day", "match": {"tenant": "acme"}, "per": ["team"]},
        "user": {"limit": "2 requests/day", "match": {"tenant": "acme"}, "per": ["team", "user"]}}))

    def ask_as(team, user):
        reply = post(served, x_tenant_id="acme", x_team_id=team, x_user_id=user)
        return reply.error["budget"] if reply.status == 429 else reply.status
    assert [ask_as("eng", "alice") for _ in range(3)] == [200, 200, "user"]
    assert [ask_as("eng", "bob") for _ in range(2)] == [200, "team"]
    # Of the same name in another team, and so another user.
    assert [ask_as("ops", "alice") for _ in range(3)] == [200, 200, "org"]
    assert post(served, x_tenant_id="other", x_team_id="eng", x_user_id="alice").status == 200
    used = {name: served.metrics().sum(metrics.BUDGET_USED, budget=name) for name in ("org", "team", "user")}
    assert used == {"org": 5, "team": 5, "user": 5}


# Plans.

PLANS = {
    "free": {"match": {"header:x-plan": {"present": False}}, "limits": ["1 requests/day"],
             "allowedModels": ["gpt-4o-mini"]},
    "pro": {"match": {"header:x-plan": "pro"}, "limits": ["3 requests/day"], "allowedModels": ["gpt-*"]},
}


@pytest.fixture
def planned(mock, sidecar):
    policy = one(mock.at(), plans=PLANS)
    for model in ("gpt-4o-mini", "claude-opus-4-6"):
        policy["models"][model] = {"chain": [{"backend": "main"}]}
    return sidecar(policy)


def test_each_user_of_a_plan_has_what_the_plan_gives(planned):
    free = {"x_user_id": "alice", "model": "gpt-4o-mini"}
    assert statuses(planned, free, free, {**free, "x_user_id": "bob"}) == [200, 429, 200]
    pro = {"x_user_id": "alice", "x_plan": "pro"}
    assert statuses(planned, pro, pro, {**pro, "model": "gpt-4o-mini"}, pro) == [200, 200, 200, 429]
    refused = post(planned, chat(model="gpt-4o-mini"), x_user_id="alice")
    assert refused.error["budget"] == "free.requests.day"


def test_a_model_that_the_plan_does_not_allow_is_refused_and_costs_nothing(planned, mock):
    refused = post(planned, chat(model=MODEL), x_user_id="alice")
    assert refused.status == 403
    assert (refused.error["code"], refused.error["param"]) == ("model_not_allowed", "model")
    assert refused.error["message"] == (
        "Plan free allows the models gpt-4o-mini, and the request asks for gpt-4o. Ask for one of them, or for another "
        "plan.")
    assert mock.ledger() == []
    assert statuses(planned, {"x_user_id": "alice", "model": "gpt-4o-mini"}) == [200]
    assert statuses(planned, {"x_plan": "pro", "model": "claude-opus-4-6"}) == [403]
    # Who is under no plan may ask for what there is.
    assert statuses(planned, {"x_plan": "enterprise", "model": "claude-opus-4-6"}) == [200]


def test_a_plan_also_holds_what_names_no_model(planned, mock):
    refused = wire.post(f"{planned.base_url}/files", b"--x--", content_type="multipart/form-data")
    assert (refused.status, refused.error["code"]) == (403, "model_not_allowed")
    assert "x-ai-eg-model" in refused.error["message"]
    assert mock.ledger() == []
    assert wire.get(f"{planned.base_url}/files").status != 403


def test_an_unlimited_plan_counts_and_refuses_nobody(mock, sidecar):
    served = sidecar(one(mock.at(), plans={"enterprise": {"limits": [{"unlimited": True}]}}))
    assert statuses(served, *[{"x_user_id": user} for user in ("alice", "bob", "alice")]) == [200] * 3
    assert served.metrics().sum(metrics.BUDGET_USED, budget="enterprise.totalTokens.month") == mock.billed() > 0


def test_sdks_understand_that_a_model_is_not_allowed(planned, client):
    with pytest.raises(openai.PermissionDeniedError) as refused:
        client(planned).chat.completions.create(model=MODEL, messages=ask())
    assert refused.value.code == "model_not_allowed"
    claude = anthropic.Anthropic(base_url=f"http://{planned.address}", api_key=AGENT_KEY, max_retries=0)
    with pytest.raises(anthropic.PermissionDeniedError) as refused:
        claude.messages.create(model="claude-opus-4-6", max_tokens=10, messages=ask())
    assert refused.value.body["error"]["type"] == "permission_error"
