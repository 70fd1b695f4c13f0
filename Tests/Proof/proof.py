"""The proof that nothing is overspent: seeded runs of the real programs, reconciled with what the mock billed.

    python3 Tests/Proof/proof.py mixed [--seed N] [--seconds 30] [--runs 1] [--long HOURS] [--alone | --daemon]
    python3 Tests/Proof/proof.py kills [--seed N] [--kills 50] [--rate 1000]
    python3 Tests/Proof/proof.py utilisation [--seed N] [--runs 1] [--daemon]

mixed        everything at once: agents of every kind, backends that misbehave, kills, restarts, pauses, policy changes, and a
             clock that jumps over the ends of windows
kills        a steady stream of calls while the daemon is killed and restarted
utilisation  32 agents that ask for far more than a small cap has

A seed decides everything but the timing. The programs are those of .build/release; the clock needs Debian's faketime.
Exit status: 0 when nothing was found; otherwise each problem, the topology and the command that replays it are printed.
"""

import argparse
import random
import sys
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Programs" / "support"))

import kills  # noqa: E402
import mixed  # noqa: E402
import utilisation  # noqa: E402
from judge import Verdict  # noqa: E402
from plan import Plan  # noqa: E402


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario", choices=["mixed", "kills", "utilisation"])
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--seconds", type=int, default=30, help="how long a mixed run suffers")
    parser.add_argument("--runs", type=int, default=1, help="so many, with one seed after the other")
    parser.add_argument("--long", type=float, metavar="HOURS", help="runs until so much time is over")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--rate", type=int, default=1000, help="calls a second while the daemon is killed")
    topology = parser.add_mutually_exclusive_group()
    topology.add_argument("--alone", action="store_true", help="one sidecar")
    topology.add_argument("--daemon", action="store_true", help="aigwd and its sidecars")
    return parser.parse_args()


def scenario(given, seed):
    """One run: what it is, how the command that runs it again ends, and the run itself, which gives a verdict."""
    match given.scenario:
        case "mixed":
            with_daemon = True if given.daemon else False if given.alone else None
            plan = Plan(seed, given.seconds, with_daemon=with_daemon)
            which = " --daemon" if given.daemon else " --alone" if given.alone else ""
            return str(plan), f"--seconds {given.seconds}{which}", lambda: mixed.run(plan)
        case "kills":
            rest = f"--kills {given.kills} --rate {given.rate}"
            return f"seed {seed}", rest, lambda: kills.run(seed, given.kills, given.rate)
        case "utilisation":
            return f"seed {seed}", "--daemon" if given.daemon else "", lambda: utilisation.run(seed, given.daemon)


def main():
    given = options()
    began, number, bad = time.monotonic(), 0, 0
    while time.monotonic() - began < given.long * 3600 if given.long else number < given.runs:
        seed = given.seed + number
        number += 1
        run_began = time.monotonic()
        what, rest, perform = scenario(given, seed)
        try:
            verdict = perform()
        except Exception as broken:
            verdict = Verdict([f"the run broke off: {broken}\n{traceback.format_exc()}"])
        print(f"{given.scenario} {seed}, {time.monotonic() - run_began:.0f} s: {verdict.facts}", flush=True)
        if verdict.problems:
            bad += 1
            print(what)
            for problem in verdict.problems:
                print(f"FOUND {problem}")
            print(f"again: python3 Tests/Proof/proof.py {given.scenario} --seed {seed} {rest}".rstrip(), flush=True)
    print(f"{number} runs, {bad} with problems")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
