"""The mixed run: everything one seed decides, all at once, and the verdict on it."""

import asyncio
import concurrent.futures
import tempfile
import time
from pathlib import Path

import books
import judge
import units
from swarm import NO_REPLY, Agent, Asked, read_body, read_head, request
from clock import Clock
from cluster import Cluster
from faults import Faults
from plan import MODELS

# Longer than a daemon waits for a holder that fell silent.
REST_SECONDS = 45
# And within which a sidecar has told it what it spent.
REPORT_MS = 3000
# How long a sidecar waits for what it says last to be heard.
FAREWELL_SECONDS = 3


def run(plan, overbill=0, folder=None):
    """Carries out `plan` and gives the verdict. `overbill`: tokens that the mock bills and hides, to test the judge."""
    if folder is None:
        with tempfile.TemporaryDirectory(prefix="aigw-proof-") as made:
            return run(plan, overbill, Path(made))
    # The processes die with the thread that started them, so all are started by one that outlives them.
    with concurrent.futures.ThreadPoolExecutor(1) as starter:
        return asyncio.run(Run(plan, overbill, folder, starter).verdict())


class Run:
    def __init__(self, plan, overbill, folder, starter):
        self.plan, self.overbill, self.folder, self.starter = plan, overbill, folder, starter
        self.asked = {}
        self.clock = Clock(folder, plan.begin)

    async def off_loop(self, work, *arguments):
        return await asyncio.get_running_loop().run_in_executor(self.starter, work, *arguments)

    async def verdict(self):
        if self.overbill:
            self.plan.backends = {
                name: f"{knobs};overbill={self.overbill}" for name, knobs in self.plan.backends.items()}
        cluster = self.cluster = await self.off_loop(
            Cluster, self.folder, self.clock, self.plan.sidecars, self.plan.with_daemon)
        try:
            await self.off_loop(cluster.start, self.plan.policy(cluster.mock))
            faults = await self._suffer()
            return await self._judge(faults)
        finally:
            await self.off_loop(cluster.end)

    async def _suffer(self):
        """Agents and faults, until the time is over."""
        loop = asyncio.get_running_loop()
        until = asyncio.Event()
        faults = Faults(self.plan, self.cluster, self.off_loop)
        began = loop.time()
        agents = [
            asyncio.create_task(Agent(number, self.plan, self.cluster, self.asked).run(until))
            for number in range(self.plan.agents)]
        trouble = asyncio.create_task(faults.run(began))
        await asyncio.sleep(max(0, began + self.plan.seconds - loop.time()))
        await trouble
        until.set()
        await asyncio.gather(*agents)
        return faults

    async def _judge(self, faults):
        plan, cluster = self.plan, self.cluster
        verdict = judge.Verdict()
        await self.off_loop(self._heal)
        held = await self.off_loop(self._held_at_rest)
        verdict.find("calls refused though money was left", await self._ask_once_more())
        living = await self.off_loop(books.living, cluster.control_path) if cluster.daemon else {}
        began = time.monotonic()
        for sidecar in cluster.sidecars if cluster.daemon else []:
            await self.off_loop(cluster.stop, sidecar)
        if time.monotonic() - began > FAREWELL_SECONDS:
            living = {}  # The daemon was too slow for them, on a machine that is too busy: their leases expire.
        known = await self.off_loop(self._accounts_at_rest)
        now_ms = self.clock.now_ms()
        for program in [cluster.daemon] if cluster.daemon else cluster.sidecars:
            await self.off_loop(cluster.stop, program)
        calls = cluster.mock.ledger()
        said = {tag: entry.said for tag, entry in self.asked.items()}
        own = [receipt for sidecar in range(plan.sidecars) for receipt in books.receipts(cluster.state(sidecar), sidecar)]
        judge.caps(verdict, plan.budgets, faults.allowed, calls, said, plan.prices)
        judge.receipts(verdict, calls, own, self.asked, cluster.kills, plan.prices)
        judge.at_rest(verdict, held, known)
        judge.nothing_forgotten(verdict, known, calls, own, plan.budgets, said, now_ms, plan.prices)
        # A sidecar says a moment later what it spent, and a jump makes that moment long.
        has_jumps = any(fault.kind == "jump" for fault in faults.done)
        if not cluster.kills and not (cluster.daemon and has_jumps):
            judge.nothing_invented(
                verdict, known, own, plan.budgets, said, now_ms, plan.prices, REPORT_MS if cluster.daemon else 0)
        if cluster.daemon:
            judge.daemon_books(verdict, books.receipts(cluster.daemon_state), own)
            judge.leases_closed(verdict, books.leases(cluster.daemon_state), living)
        shadows = {budget.name for budget in plan.budgets if budget.shadow}
        verdict.find("calls refused by budgets that only watch", [
            f"{entry.tag} by {entry.refused_by}" for entry in self.asked.values() if entry.refused_by in shadows])
        verdict.find("calls that got no reply at all", [
            entry.tag for entry in self.asked.values() if entry.lost == NO_REPLY])
        statuses = {}
        for entry in self.asked.values():
            what = "hung up" if entry.hung_up else entry.status or "lost"
            statuses[what] = statuses.get(what, 0) + 1
        verdict.facts.update(
            calls=len(self.asked), faults=len(faults.done), kills=len(cluster.kills),
            statuses=dict(sorted(statuses.items(), key=str)))
        return verdict

    def _heal(self):
        """All faults are over: whatever one of them left dead lives again."""
        if self.cluster.daemon and not self.cluster.daemon.running:
            self.cluster.start_daemon()
        for number, sidecar in enumerate(self.cluster.sidecars):
            assert sidecar.running, f"sidecar {number} died by itself\n{sidecar.output[-4000:]}"

    def _held_at_rest(self):
        """What each sidecar still holds once its calls have ended."""
        return [self._wait_for_nothing(lambda admin=self.cluster.admin(number): books.held(admin, self.plan.with_daemon))
                for number in range(self.plan.sidecars)]

    def _accounts_at_rest(self):
        """The accounts, once the leases of holders that are gone have come back or were given up."""
        path, budgets = self.cluster.control_path, self.plan.budgets
        self._wait_for_nothing(lambda: [account for account in books.accounts(path, budgets).values() if account["reserved"]])
        return books.accounts(path, budgets)

    @staticmethod
    def _wait_for_nothing(look):
        deadline = time.monotonic() + REST_SECONDS
        while (found := look()) and time.monotonic() < deadline:
            time.sleep(0.1)
        return found

    async def _ask_once_more(self):
        """Nobody starves: where every account that a small call falls into has room for it, it gets an answer."""
        starved = []
        for sidecar in range(self.plan.sidecars):
            known = await self.off_loop(books.accounts, self.cluster.control_path, self.plan.budgets)
            said = {"user": "u0", "team": "t0", "model": MODELS[1]}
            asked = [candidate["backend"] for candidate in self.plan.chains[MODELS[1]]]
            accounts = {(budget, key) for budget in self.plan.budgets for backend in asked
                        if not budget.shadow and (key := budget.key(said, backend)) is not None}
            accounts = [(budget, known.get((budget.name, key))) for budget, key in accounts]
            if any(account and account["left"] < self.plan.most(budget.unit, units.SMALL) for budget, account in accounts):
                continue
            if problem := await self._patiently(sidecar, said):
                lefts = {budget.name: account and account["left"] for budget, account in accounts}
                starved.append(f"sidecar {sidecar}: {problem} while {lefts} was left")
        return starved

    async def _patiently(self, sidecar, said):
        """Asks for little until it is given; what stood in the way when it never was."""
        deadline, count, problem = time.monotonic() + REST_SECONDS, 0, None
        while time.monotonic() < deadline:
            count += 1
            entry = self.asked[f"last{sidecar}.{count}"] = Asked(f"last{sidecar}.{count}", sidecar, said)
            reader, writer = await asyncio.open_connection(*self.cluster.address(sidecar))
            writer.write(request(entry.tag, said, {"messages": [{"role": "user", "content": "hi"}], "max_tokens": 5}))
            entry.status, headers = await read_head(reader)
            text = await read_body(reader, headers)
            writer.close()
            if entry.status == 200:
                return None
            problem = f"{entry.status} {text[:300].decode('utf-8', 'replace')}"
            await asyncio.sleep(0.25)
        return problem
