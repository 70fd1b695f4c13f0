"""What goes wrong during a run, one thing at a time, as the plan says."""

import asyncio
import dataclasses
import signal
import time

import books
from accounts import Allowed

# A receipt is written in groups: what a sidecar was told in its last moments may be lost with it. They are a few hundredths
# of a second, and more where the machine is busy.
LAST_MOMENTS_MS = 3000
JUMP_REST_SECONDS = 1
# How long a change may take until all have it, and after that until credit that is too much has been given back.
CHANGE_SECONDS = 10
RECALL_MS = 1000


class Faults:
    def __init__(self, plan, cluster, off_loop):
        self.plan, self.cluster, self.off_loop = plan, cluster, off_loop
        self.budgets = list(plan.budgets)
        self.allowed = Allowed.always(self.budgets)
        self.done = []

    async def run(self, began):
        loop = asyncio.get_running_loop()
        for fault in self.plan.faults:
            await asyncio.sleep(max(0, began + fault.after_seconds - loop.time()))
            self.done.append(fault)
            await self._do(fault)

    async def _do(self, fault):
        cluster, sidecar = self.cluster, fault.target % self.plan.sidecars
        match fault.kind:
            case "kill-sidecar":
                await self.off_loop(cluster.kill_sidecar, sidecar)
                await asyncio.sleep(fault.amount / 4)
                await self.off_loop(cluster.start_sidecar, sidecar)
            case "stop-sidecar":
                await self.off_loop(cluster.stop, cluster.sidecars[sidecar])
                await self.off_loop(cluster.start_sidecar, sidecar)
            case "freeze-sidecar":
                await self._freeze(cluster.sidecars[sidecar], fault.amount)
            case "kill-daemon":
                await self.off_loop(cluster.kill_daemon)
                await asyncio.sleep(fault.amount)
                await self.off_loop(cluster.start_daemon)
            case "kill-both":
                await self.off_loop(cluster.kill_daemon)
                await self.off_loop(cluster.kill_sidecar, sidecar)
                await asyncio.sleep(fault.amount / 4)
                await self.off_loop(cluster.start_daemon)
                await self.off_loop(cluster.start_sidecar, sidecar)
            case "stop-daemon":
                await self.off_loop(cluster.stop, cluster.daemon)
                await self.off_loop(cluster.start_daemon)
            case "freeze-daemon":
                await self._freeze(cluster.daemon, fault.amount)
            case "change-policy":
                await self._change(fault)
            case "jump":
                # Not just before or after a kill: the judge tells what was lost with it by the clock.
                await asyncio.sleep(JUMP_REST_SECONDS)
                cluster.clock.jump(fault.amount)
                await asyncio.sleep(JUMP_REST_SECONDS)

    async def _freeze(self, program, seconds):
        program.signal(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        program.signal(signal.SIGCONT)

    async def _change(self, fault):
        at = fault.target % len(self.budgets)
        budget = self.budgets[at]
        amount = max(1, int(budget.amount * fault.amount))
        self.budgets[at] = dataclasses.replace(budget, amount=amount)
        written_ms = self.cluster.clock.now_ms()
        await self.off_loop(self._put_into_force, self.plan.policy(self.cluster.mock, self.budgets))
        self.allowed.change(
            written_ms, self.cluster.clock.now_ms() + RECALL_MS, {one.name: one.amount for one in self.budgets})

    def _put_into_force(self, policy):
        """Returns when the service and all sidecars have it."""
        cluster = self.cluster
        before = books.generation(cluster.control_path)
        cluster.change(policy)
        deadline = time.monotonic() + CHANGE_SECONDS
        while True:
            served = books.generation(cluster.control_path)
            applied = list(books.living(cluster.control_path).values()) if cluster.with_daemon else [served]
            if served > before and applied == [served] * self.plan.sidecars:
                return
            assert time.monotonic() < deadline, f"generation {served} after {before}, applied: {applied}"
            time.sleep(0.02)
