"""The benchmark: every case, every proxy, round after round, interleaved. `run.sh` installs, builds and calls this."""

import argparse
import contextlib
import json
import os
import shlex
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

import machine
import report
from cases import ADDED, CASES, FULL, OPEN_STREAMS, QUICK, Lengths
from programs import PROXIES, Binaries, Failed
from stage import Stage, write_bodies

DIRECT = "direct"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bash Tests/Benchmarks/run.sh", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round: shows that it runs, not how fast")
    parser.add_argument("--only", metavar="CASE", action="append", choices=CASES, help=", ".join(CASES))
    parser.add_argument("--proxies", default="nginx,aigw,envoy,envoy-ratelimit", help="of " + ",".join(PROXIES))
    parser.add_argument("--rounds", type=int, help="default 3, with --quick 1")
    parser.add_argument("--no-build", action="store_true", help="measure the release build that is there")
    chosen = parser.parse_args()
    chosen.proxies = chosen.proxies.split(",")
    for name in chosen.proxies:
        if name not in PROXIES:
            parser.error(f"--proxies: no proxy is called {name!r}; there are {', '.join(PROXIES)}")
    chosen.rounds = max(1, chosen.rounds or (1 if chosen.quick else 3))
    chosen.only = chosen.only or list(CASES)
    return chosen


def present(names: list[str], binaries: Binaries) -> list[str]:
    """The proxies whose programs are here; says which are not."""
    found = [name for name in names if shutil.which(getattr(binaries, PROXIES[name].binary) or "")]
    for name in set(names) - set(found):
        print(f"{name} is left out: its program cannot be had here.", file=sys.stderr)
    return found


def measure(chosen: argparse.Namespace, proxies: list[str], binaries: Binaries, directory: Path) -> report.Results:
    """Within a round, one case goes through all proxies before the next case begins."""
    results = report.Results()
    lengths = QUICK if chosen.quick else FULL
    for number in range(1, chosen.rounds + 1):
        for case_name in chosen.only:
            direct = {}
            for name in ([DIRECT] if CASES[case_name].direct else []) + proxies:
                print(f"  round {number}/{chosen.rounds}  {case_name}  {name}", file=sys.stderr)
                try:
                    found = run(case_name, name, lengths, binaries, directory)
                except Failed as failed:
                    results.failures.append(f"{case_name}, {name}, round {number}: {failed}")
                    continue
                if name == DIRECT:
                    direct = found
                else:
                    both = [key for key in ADDED if key in found and key in direct]
                    found |= {f"added_{key}": found[key] - direct[key] for key in both}
                results.add(name, found)
    return results


def run(case_name: str, proxy_name: str, lengths: Lengths, binaries: Binaries, directory: Path) -> dict[str, float]:
    case = CASES[case_name]
    with contextlib.ExitStack() as started:
        stage = Stage(PROXIES.get(proxy_name), case.knobs, case.body, binaries, directory, started)
        return case.run(stage, lengths)


def show(results: report.Results, proxies: list[str], rounds: int, seconds: float, versions: str):
    print(f"`{shlex.join(['bash', 'Tests/Benchmarks/run.sh', *sys.argv[1:]])}`: {rounds} round(s) in {seconds:.0f} s; "
          f"median (least–most)\n"
          f"{machine.describe()}; proxy on core 0, load and mock provider on core 1; {versions}\n")
    for columns in (report.MAIN, report.MORE):
        print(report.table(results, [DIRECT, *proxies], columns))
    if "aigw" in proxies:
        print(report.ratios(results, [proxy for proxy in proxies if proxy != "aigw"]))
        print(report.bars(results))
    for failure in results.failures:
        print(f"FAILED {failure}")


def main() -> int:
    chosen = arguments()
    programs = Path(os.environ["BENCH_PROGRAMS"])
    binaries = Binaries(load=str(programs / "aigw-load"), mock=str(programs / "aigw-mock"),
                        aigw=str(programs / "aigw-sidecar"), envoy=os.environ["BENCH_ENVOY"])
    if obstacle := machine.prepare(open_files=2 * OPEN_STREAMS + 200):
        print(obstacle, file=sys.stderr)
        return 2
    unrest = machine.unrest()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))  # by way of every `with`, which end what was started

    proxies, began = present(chosen.proxies, binaries), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="aigw-bench-") as name:
        directory = Path(name)
        directory.chmod(0o711)  # started by root, nginx's worker runs as another user
        write_bodies(directory)
        results = measure(chosen, proxies, binaries, directory)
        if "aigw" in proxies:
            results.add("aigw", {"binary_mb": machine.stripped_mb(binaries.aigw, directory)})
    (programs / "bench.json").write_text(json.dumps(results.rounds, indent=1))
    versions = machine.versions(binaries, {PROXIES[proxy].binary for proxy in proxies} - {"aigw"})
    show(results, proxies, chosen.rounds, time.monotonic() - began, versions)
    if unrest:
        print(unrest)
    return 1 if results.failures else 0


if __name__ == "__main__":
    sys.exit(main())
