"""A bounded smoke of the proof: two minutes at most. `proof.py --long HOURS` is the proof itself."""

import signal

import pytest

import kills
import mixed
import utilisation
from accounts import Budget
from plan import Plan

HANG_SECONDS = 150


@pytest.fixture(autouse=True)
def watchdog():
    def bark(*_):
        raise TimeoutError(f"the run hung for {HANG_SECONDS} s")
    signal.signal(signal.SIGALRM, bark)
    signal.setitimer(signal.ITIMER_REAL, HANG_SECONDS)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)


def in_order(verdict, what, command):
    print(verdict.facts)
    assert not verdict.problems, "\n".join([*verdict.problems, str(what), f"again: {command}"])


@pytest.mark.parametrize("seed", [36, 44])
def test_a_lone_sidecar_keeps_its_budgets_whatever_happens(seed):
    plan = Plan(seed, 8, with_daemon=False)
    in_order(mixed.run(plan), plan, f"python3 Tests/Proof/proof.py mixed --alone --seconds 8 --seed {seed}")


@pytest.mark.parametrize("seed", [6, 37])
def test_sidecars_that_share_budgets_keep_them_whatever_happens(seed):
    plan = Plan(seed, 8, with_daemon=True)
    in_order(mixed.run(plan), plan, f"python3 Tests/Proof/proof.py mixed --daemon --seconds 8 --seed {seed}")


def test_no_call_fails_and_nothing_is_spent_twice_while_the_daemon_is_killed():
    in_order(kills.run(1, 5), "seed 1", "python3 Tests/Proof/proof.py kills --kills 5 --seed 1")


@pytest.mark.parametrize("with_daemon", [False, True])
def test_agents_that_ask_for_all_there_is_do_not_jam_a_cap(with_daemon):
    which = " --daemon" if with_daemon else ""
    in_order(utilisation.run(1, with_daemon), "seed 1", f"python3 Tests/Proof/proof.py utilisation --seed 1{which}")


def test_a_provider_that_bills_more_than_it_says_is_caught():
    """The proof can fail: the same run with a mock that is not honest."""
    plan = Plan(1, 4, with_daemon=False, clock=False)
    plan.faults, plan.budgets = [], [Budget("tight", 3000, "tokens", "day")]
    problems = "\n".join(mixed.run(plan, overbill=40).problems)
    assert "receipts that differ from what was billed" in problems
    assert "budgets overspent" in problems
