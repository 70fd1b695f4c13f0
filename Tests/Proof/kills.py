"""A steady stream of calls while the daemon is killed and restarted again and again: no failed call, no lost receipt, no
lease spent twice."""

import asyncio
import concurrent.futures
import random
import tempfile
import time
from pathlib import Path

import books
import judge
from accounts import Allowed, Budget
from swarm import Asked, read_body, read_head, request
from clock import Clock
from cluster import Cluster
from plan import KEY_VARIABLE

MODEL = "gpt-4o"
SIDECARS = 2
AGENTS = 32
# GetBudgets shows a hundred accounts of a budget.
USERS = 80
# A budget that pays for every call, and one for each of many users, so that leases are asked for all the time.
BUDGETS = [
    Budget("all", 100_000_000, "tokens", "day"),
    Budget("each", 10_000_000, "tokens", "hour", ("user",)),
    Budget("count", 50_000_000, "requests", "day", ("team",)),
]


def policy(mock):
    return {
        "backends": {"main": {"provider": "openai", "baseURL": mock.at("name=main;chunks=10"),
                              "auth": {"env": KEY_VARIABLE}}},
        "models": {MODEL: {"chain": [{"backend": "main"}]}},
        "budgets": {budget.name: budget.document for budget in BUDGETS}}


class Pace:
    """Gives out turns, so many a second; who comes late does not make the others hurry."""

    def __init__(self, per_second):
        self.gap, self.next = 1 / per_second, time.monotonic()

    async def turn(self):
        now = time.monotonic()
        self.next = max(self.next + self.gap, now - 0.1)
        if self.next > now:
            await asyncio.sleep(self.next - now)


class Caller:
    def __init__(self, number, cluster, asked, pace, draw):
        self.number, self.cluster, self.asked, self.pace, self.draw = number, cluster, asked, pace, draw
        self.failed = []
        self.slowest = 0.0

    async def run(self, until):
        sidecar = self.number % SIDECARS
        reader, writer = await asyncio.open_connection(*self.cluster.address(sidecar), limit=1 << 20)
        count = 0
        while not until.is_set():
            await self.pace.turn()
            count += 1
            said = {"user": f"u{self.draw.randrange(USERS)}", "team": f"t{self.draw.randrange(4)}", "model": MODEL}
            entry = self.asked[f"c{self.number}.{count}"] = Asked(f"c{self.number}.{count}", sidecar, said)
            body = {"messages": [{"role": "user", "content": "hello"}], "max_tokens": 40}
            if count % 4 == 0:
                body["stream"] = True
            began = time.monotonic()
            writer.write(request(entry.tag, said, body))
            try:
                entry.status, headers = await asyncio.wait_for(read_head(reader), 15)
                text = await asyncio.wait_for(read_body(reader, headers), 15)
                if entry.status != 200:
                    self.failed.append(f"{entry.tag}: {entry.status} {text[:200].decode('utf-8', 'replace')}")
            except (OSError, EOFError, asyncio.TimeoutError) as problem:
                self.failed.append(f"{entry.tag}: {problem!r}")
                return
            self.slowest = max(self.slowest, time.monotonic() - began)
        writer.close()


def run(seed, kills, per_second=1000):
    with tempfile.TemporaryDirectory(prefix="aigw-proof-") as folder, concurrent.futures.ThreadPoolExecutor(1) as starter:
        return asyncio.run(_run(seed, kills, per_second, Path(folder), starter))


async def _run(seed, kills, per_second, folder, starter):
    draw, clock = random.Random(seed), Clock(folder)
    loop = asyncio.get_running_loop()

    def off_loop(work, *arguments):
        return loop.run_in_executor(starter, work, *arguments)
    cluster = await off_loop(Cluster, folder, clock, SIDECARS, True)
    try:
        await off_loop(cluster.start, policy(cluster.mock))
        asked, until, pace = {}, asyncio.Event(), Pace(per_second)
        callers = [Caller(number, cluster, asked, pace, random.Random(seed * 1009 + number)) for number in range(AGENTS)]
        began = loop.time()
        tasks = [asyncio.create_task(caller.run(until)) for caller in callers]
        for _ in range(kills):
            await asyncio.sleep(draw.uniform(0.1, 2.0))
            await off_loop(cluster.kill_daemon)
            await asyncio.sleep(draw.uniform(0.0, 0.5))
            await off_loop(cluster.start_daemon)
        await asyncio.sleep(1)
        seconds = loop.time() - began
        until.set()
        await asyncio.gather(*tasks)
        return await off_loop(_judge, cluster, clock, asked, callers, seconds, kills)
    finally:
        await off_loop(cluster.end)


def _judge(cluster, clock, asked, callers, seconds, kills):
    verdict = judge.Verdict()
    for sidecar in cluster.sidecars:
        cluster.stop(sidecar)
    known = books.accounts(cluster.control_path, BUDGETS)
    now_ms = clock.now_ms()
    cluster.stop(cluster.daemon)
    calls = cluster.mock.ledger()
    said = {tag: entry.said for tag, entry in asked.items()}
    own = [receipt for sidecar in range(SIDECARS) for receipt in books.receipts(cluster.state(sidecar), sidecar)]
    judge.caps(verdict, BUDGETS, Allowed.always(BUDGETS), calls, said)
    judge.receipts(verdict, calls, own, asked, [])
    verdict.find("failed calls", [failed for caller in callers for failed in caller.failed])
    judge.daemon_books(verdict, books.receipts(cluster.daemon_state), own)
    judge.at_rest(verdict, [], known)
    judge.nothing_forgotten(verdict, known, calls, own, BUDGETS, said, now_ms)
    verdict.find("leases spent twice", spent_twice(known, calls, said))
    verdict.facts.update(
        kills=kills, calls=len(asked), per_second=round(len(asked) / seconds),
        slowest_ms=round(1000 * max(caller.slowest for caller in callers)))
    return verdict


def spent_twice(known, calls, said):
    """Every call was reported and no sidecar was killed, so an account says exactly what was billed."""
    for budget in BUDGETS:
        for key, spent in judge.spending(budget, calls, said, {}).items():
            amount = sum(call.cost for call in spent)
            used = known.get((budget.name, key), {"used": 0})["used"]
            if used != amount:
                yield f"{budget.name} of {' '.join(key) or 'all'}: {amount} billed, {used} used"
