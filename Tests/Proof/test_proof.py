"""A bounded smoke of the proof: two minutes at most. `proof.py --long HOURS` is the proof itself."""

import signal

import pytest

import mixed
import utilisation
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


@pytest.mark.parametrize("seed", [1, 3])
def test_a_lone_sidecar_keeps_its_budgets_whatever_happens(seed):
    plan = Plan(seed, 10, with_daemon=False)
    in_order(mixed.run(plan), plan, f"python3 Tests/Proof/proof.py mixed --alone --seconds 10 --seed {seed}")


def test_agents_that_ask_for_all_there_is_do_not_jam_a_cap():
    in_order(utilisation.run(1), "seed 1", "python3 Tests/Proof/proof.py utilisation --seed 1")


def test_a_provider_that_bills_more_than_it_says_is_caught():
    """The proof can fail: the same run with a mock that is not honest."""
    plan = Plan(1, 4, with_daemon=False, clock=False)
    plan.faults.clear()
    problems = "\n".join(mixed.run(plan, overbill=40).problems)
    assert "receipts that differ from what was billed" in problems
