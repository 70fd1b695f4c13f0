"""The ledger or the daemon is lost: calls under budgets end or go on, as the policy says, and people are told once."""

import sqlite3
import threading

import pytest

import wire
from policies import ENVIRONMENT, chat, one
from waiting import eventually

LEDGER_UP = "ai_gateway_ledger_up"
AUTHORITY_UP = "ai_gateway_authority_up"


def post(served, **more):
    return wire.post(f"{served.base_url}/chat/completions", chat(max_tokens=20, **more))


def up(served, name=LEDGER_UP):
    return served.metrics().sum(name) == 1


def told(served, message):
    return [line for line in served.log() if line["message"] == message]


@pytest.fixture
def limited(mock, sidecar):
    def start(rule, limit="1000 requests/day", *arguments):
        return sidecar(one(mock.at(), budgets={"b": {"limit": limit}}, limits={"onLedgerLoss": rule}), *arguments)
    return start


@pytest.fixture
def lost(tmp_path):
    """Puts another file in the ledger's place, and the first one back."""
    path, aside = tmp_path / "state" / "ledger.db", tmp_path / "aside.db"

    def lose():
        path.rename(aside)
        path.write_text("another file")

    def find():
        aside.rename(path)
    return lose, find


# The ledger


def test_without_a_ledger_nothing_more_is_spent(limited, lost):
    served, (lose, find) = limited("failClosed"), lost
    assert post(served).status == 200 and up(served)
    lose()
    refused = eventually(lambda: (reply := post(served)).status != 200 and reply, "the lease running out")
    assert (refused.status, refused.error["code"]) == (503, "ledger_unavailable")
    assert not up(served)
    assert [post(served).status for _ in range(3)] == [503] * 3
    find()
    eventually(lambda: post(served).status == 200, "the ledger being back")
    eventually(lambda: up(served), "the ledger being written")


def test_without_a_ledger_calls_go_on_where_the_policy_says_so_and_stay_within_their_budget(limited, lost, mock):
    served, (lose, find) = limited("failOpen", "60 requests/day"), lost
    assert post(served).status == 200
    lose()
    statuses = [post(served).status for _ in range(70)]
    assert statuses == [200] * 59 + [429] * 11
    assert len(mock.ledger()) == 60 and not up(served)
    find()
    eventually(lambda: up(served), "the ledger being written")
    served.finish()
    # What was spent meanwhile was kept, and is not forgotten.
    assert post(limited("failOpen", "60 requests/day")).status == 429


def test_what_was_spent_without_a_ledger_survives_kill_9_once_the_ledger_is_back(limited, lost):
    served, (lose, find) = limited("failOpen", "60 requests/day"), lost
    lose()
    assert [post(served).status for _ in range(60)] == [200] * 60
    find()
    eventually(lambda: up(served), "the ledger being written")
    served.kill()
    assert post(limited("failOpen", "60 requests/day")).status == 429


@pytest.mark.parametrize("rule", ["failClosed", "failOpen"])
def test_receipts_wait_for_the_ledger_and_people_are_told_once(limited, lost, tmp_path, rule):
    served, (lose, find) = limited(rule), lost
    assert post(served).status == 200
    lose()
    for _ in range(8):
        post(served)
    eventually(lambda: served.metrics().sum("ai_gateway_ledger_failures_total") >= 2, "several failures")
    find()
    eventually(lambda: up(served), "the ledger being written")
    count = served.metrics().sum("ai_gateway_requests_total")
    served.finish()
    assert len(told(served, "ledger not written")) == 1 and len(told(served, "ledger written again")) == 1
    with sqlite3.connect(tmp_path / "state" / "ledger.db") as ledger:
        (attempts,) = ledger.execute("SELECT count(*) FROM receipt WHERE attempt > 0").fetchone()
    assert attempts == count


def damage(path):
    """Every page but the first is overwritten."""
    path.with_name(path.name + "-wal").unlink(missing_ok=True)
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (size - 4096))


def test_a_damaged_ledger_keeps_a_sidecar_from_starting(limited, tmp_path, mock):
    served = limited("failClosed")
    post(served)
    served.finish()
    damage(tmp_path / "state" / "ledger.db")
    with pytest.raises(AssertionError, match="is damaged or not a state file of aigw"):
        limited("failClosed")


def test_a_damaged_ledger_is_set_aside_where_the_policy_says_so(limited, tmp_path):
    served = limited("failOpen")
    post(served)
    served.finish()
    damage(tmp_path / "state" / "ledger.db")
    served = limited("failOpen")
    assert post(served).status == 200
    (line,) = told(served, "the ledger was damaged; what could not be read of it may be spent a second time")
    assert line["setAside"].startswith(str(tmp_path / "state" / "ledger.db.corrupt-"))


# The daemon


@pytest.fixture
def beside(sidecar, daemon, policy_file, tmp_path, mock):
    """A daemon and a sidecar that spends of it: `beside(limit, rule)` gives both, and how to start the daemon again."""
    def start(limit, rule, ledger_rule="failClosed", **more):
        path = policy_file(one(
            mock.at(), budgets={"b": {"limit": limit, **more}},
            limits={"onAuthorityLoss": rule, "onLedgerLoss": ledger_rule}))
        running = daemon("--policy", path)
        served = sidecar(
            None, "--control", f"unix:{running.socket}", "--state", tmp_path / "beside", env=ENVIRONMENT)
        return running, served, lambda: daemon("--policy", path)
    return start


@pytest.mark.parametrize("rule, expected", [("failClosed", 503), ("failOpen", 200)])
def test_without_the_daemon_what_was_granted_is_spent_and_then_the_policy_decides(beside, rule, expected):
    running, served, _ = beside("100 requests/day", rule)
    assert post(served).status == 200 and up(served, AUTHORITY_UP)
    running.kill()
    statuses = [post(served).status for _ in range(150)]
    assert statuses[-1] == expected
    assert statuses == sorted(statuses) and not up(served, AUTHORITY_UP)
    assert len(told(served, "the authority of shared budgets does not answer")) == 1


def test_what_was_spent_without_the_daemon_is_reported_once_it_is_back(beside):
    running, served, again = beside("50 requests/day", "failOpen")
    assert post(served).status == 200
    running.kill()
    assert [post(served).status for _ in range(70)] == [200] * 70
    again()
    refused = eventually(lambda: (reply := post(served)).status == 429 and reply, "the daemon hearing of it")
    assert refused.error["used"] >= 71
    assert len(told(served, "the authority of shared budgets answers again")) == 1


def test_a_call_that_waited_in_line_when_the_daemon_went_away_blocks_nobody_behind_it(beside):
    running, served, again = beside("30 requests/minute", "failClosed", burst=1, queue={"maxWait": "5s"})
    assert post(served).status == 200
    statuses = []
    waiting = threading.Thread(target=lambda: statuses.append(post(served).status))
    waiting.start()
    eventually(lambda: served.metrics().sum("ai_gateway_open_exchanges") == 1, "the call being under way")
    # What it was refused reaches the disk before this is answered.
    running.call("SetBudget", name="other", budget={"limit": "1 requests/day", "match": {"user": "nobody"}})
    running.kill()
    waiting.join()
    assert statuses == [503]
    again()
    eventually(lambda: post(served).status == 200, "the line moving on")


@pytest.mark.parametrize("rule, expected", [("failClosed", 503), ("failOpen", 429)])
def test_a_daemon_without_its_ledger_grants_on_where_the_policy_says_so(beside, rule, expected):
    running, served, again = beside("60 requests/day", "failClosed", rule)
    assert post(served).status == 200
    path = running.folder / "state" / "ledger.db"
    path.rename(path.with_suffix(".aside"))
    path.write_text("another file")
    statuses = [post(served).status for _ in range(70)]
    assert statuses[-1] == expected and statuses == sorted(statuses, key=lambda status: status != 200)
    assert statuses.count(200) == 59 or rule == "failClosed"
    assert running.call("GetStatus")["warnings"]
    path.with_suffix(".aside").replace(path)
    if rule == "failOpen":
        eventually(lambda: post(served).status and not running.call("GetStatus")["warnings"], "all being written")
        running.kill()
        again()
        refused = eventually(lambda: (reply := post(served)).status == 429 and reply, "the spend being remembered")
        assert refused.error["used"] == 60


def test_a_damaged_ledger_of_a_daemon_is_set_aside_where_the_policy_says_so(beside):
    running, served, again = beside("60 requests/day", "failClosed", "failOpen")
    assert post(served).status == 200
    served.finish()
    running.stop()
    damage(running.folder / "state" / "ledger.db")
    again()
    assert [each.name for each in (running.folder / "state").glob("ledger.db.corrupt-*")]


def test_a_policy_that_comes_while_a_sidecar_is_leaving_does_not_end_it_at_once(beside, mock):
    running, served, _ = beside("1000 requests/day", "failClosed")
    running.call("PatchPolicy", patch={"backends": {"main": {"baseURL": mock.at("delay=1500")}}})
    statuses = []
    last = threading.Thread(target=lambda: statuses.append(post(served).status))
    last.start()
    eventually(lambda: served.metrics().sum("ai_gateway_open_exchanges") == 1, "the call being under way")
    served.signal(15)
    served.wait_for_log('"ending"')
    running.call("SetBudget", name="b", budget={"limit": "999 requests/day"})
    last.join()
    assert statuses == [200] and served.exit_code() == 0
