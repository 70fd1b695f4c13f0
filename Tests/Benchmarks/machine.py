"""Machine: what a table of figures must say about where it was measured, and the limits the run needs."""

import os
import platform
import resource
import subprocess
from pathlib import Path

from programs import LOAD_CORE, Binaries

STRIP = Path(__file__).resolve().parents[2] / "examples" / "strip.sh"


def prepare(open_files: int) -> str | None:
    """Raises the limit of open files and leaves the proxy's core to the proxy; gives what is in the way, if anything."""
    if os.cpu_count() < 2:
        return "This needs two cores: one for the proxy, one for the load and the mock provider."
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if most < open_files:
        return f"This needs {open_files} open files; ulimit -Hn is {most}."
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    os.sched_setaffinity(0, {LOAD_CORE})
    return None


def unrest() -> str | None:
    """What else the machine is doing as the run begins, if it is doing something."""
    load = os.getloadavg()[0]
    return f"The machine is not quiet (load average {load:.1f}): expect noise." if load > 0.5 else None


def describe() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())
    gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores ({model}), {gib:.0f} GiB, Linux {platform.release()}"


def versions(binaries: Binaries, names: set[str]) -> str:
    found = []
    for name in sorted(names):
        program = getattr(binaries, name)
        said = subprocess.run([program, "--version" if name == "envoy" else "-v"], capture_output=True, text=True)
        words = (said.stdout + said.stderr).strip().split("\n")[0].split()
        # "nginx version: nginx/1.22.1", "PATH  version: HASH/1.40.0/...", "HAProxy version 2.6.12 ..."
        found.append(f"{name} {words[2].split('/')[1] if '/' in words[2] else words[2]}")
    return ", ".join(found)


def stripped_mb(binary: str, directory: Path) -> float:
    subprocess.run(["sh", STRIP, directory / "stripped", binary], check=True)
    return (directory / "stripped" / Path(binary).name).stat().st_size / 1e6
