"""32 agents that ask for 64,000 tokens of output each, on a small cap: they must not jam it. At least 95 % of it is used
before the first refusal that sticks, and nothing beyond it."""

import asyncio
import concurrent.futures
import json
import random
import tempfile
from pathlib import Path

import books
import judge
from accounts import Allowed, Budget
from swarm import Asked, read_body, read_head, request
from clock import Clock
from cluster import Cluster
from plan import KEY_VARIABLE

AGENTS = 32
ASKED = 64_000
MODEL = "gpt-4o"
USED_LEAST = 0.95
# A refusal sticks when the caller is told to wait for longer than this: the budget is gone, not only held.
STICKS_MS = 60_000
SECONDS_MAX = 90


def policy(mock, knobs, budget):
    return {
        "backends": {"main": {"provider": "openai", "baseURL": mock.at(f"name=main;{knobs}"),
                              "auth": {"env": KEY_VARIABLE}}},
        "models": {MODEL: {"chain": [{"backend": "main"}]}}, "budgets": {budget.name: budget.document}}


def run(seed, with_daemon=False):
    with tempfile.TemporaryDirectory(prefix="aigw-proof-") as folder, concurrent.futures.ThreadPoolExecutor(1) as starter:
        return asyncio.run(_run(seed, with_daemon, Path(folder), starter))


async def _run(seed, with_daemon, folder, starter):
    draw, clock = random.Random(seed), Clock(folder)
    loop = asyncio.get_running_loop()
    sidecars = 2 if with_daemon else 1
    cluster = await loop.run_in_executor(starter, Cluster, folder, clock, sidecars, with_daemon)
    budget = Budget("cap", draw.choice([60_000, 150_000, 400_000]), "tokens", "week")
    # Answers of a few hundred tokens: what a coding agent gets although it asked for all there is.
    knobs = f"chunks={draw.choice([150, 300, 700])};delay=5"
    try:
        await loop.run_in_executor(starter, cluster.start, policy(cluster.mock, knobs, budget))
        asked, state = {}, {"used": None, "retries": 0, "open": set()}
        await asyncio.wait_for(asyncio.gather(*(
            _agent(number, number % sidecars, cluster, asked, state, random.Random(seed * 31 + number))
            for number in range(AGENTS))), SECONDS_MAX)
        for sidecar in cluster.sidecars:
            await loop.run_in_executor(starter, cluster.stop, sidecar)
        return _judge(cluster, budget, knobs, asked, state)
    finally:
        await loop.run_in_executor(starter, cluster.end)


async def _agent(number, sidecar, cluster, asked, state, draw):
    """Asks, waits when it is told to wait a moment, and leaves at the first refusal that sticks."""
    reader, writer = await asyncio.open_connection(*cluster.address(sidecar), limit=1 << 22)
    count = 0
    while True:
        count += 1
        said = {"user": f"u{number}", "team": "t", "model": MODEL}
        entry = asked[f"k{number}.{count}"] = Asked(f"k{number}.{count}", sidecar, said)
        body = {"messages": [{"role": "user", "content": "write all of it"}], "max_tokens": ASKED,
                "stream": draw.random() < 0.5}
        state["open"].add(entry.tag)
        writer.write(request(entry.tag, said, body))
        entry.status, headers = await read_head(reader)
        text = await read_body(reader, headers)
        state["open"].discard(entry.tag)
        if entry.status == 200:
            continue
        assert entry.status == 429, text
        wait_ms = int(headers.get(b"retry-after-ms", 1 << 40))
        if wait_ms > STICKS_MS:
            if state["used"] is None:
                refusal = json.loads(text)["error"]
                state["used"], state["reserved"] = refusal["used"], refusal["reserved"]
            return writer.close()
        state["retries"] += 1
        await asyncio.sleep(min(wait_ms, 200) / 1000)


def _judge(cluster, budget, knobs, asked, state):
    verdict = judge.Verdict()
    calls = cluster.mock.ledger()
    said = {tag: entry.said for tag, entry in asked.items()}
    judge.caps(verdict, [budget], Allowed.always([budget]), calls, said)
    billed = sum(call["billed"]["total_tokens"] for call in calls)
    if billed < USED_LEAST * budget.amount:
        verdict.find("the cap was jammed", [f"{billed} of {budget.amount} billed when the last agent had given up"])
    first = state["used"]
    if first is None or first < USED_LEAST * budget.amount:
        verdict.find("a refusal stuck too early", [
            f"{first} of {budget.amount} used and {state.get('reserved')} held when the first was refused for good"])
    own = [receipt for sidecar in range(len(cluster.sidecars)) for receipt in books.receipts(cluster.state(sidecar), sidecar)]
    judge.receipts(verdict, calls, own, asked, [])
    verdict.facts.update(
        cap=budget.amount, replies=knobs, billed=billed, share=round(billed / budget.amount, 4),
        used_at_first_refusal=first, asked=len(asked), told_to_wait=state["retries"])
    return verdict
