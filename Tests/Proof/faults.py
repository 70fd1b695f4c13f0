"""What goes wrong during a run, one thing at a time, as the plan says."""

import asyncio
import dataclasses
import signal

# A receipt is written in groups: what a sidecar was told in its last second may be lost with it.
LAST_MOMENTS_MS = 1000


class Faults:
    def __init__(self, plan, cluster, off_loop):
        self.plan, self.cluster, self.off_loop = plan, cluster, off_loop
        self.budgets = list(plan.budgets)
        # Which amounts were allowed from which moment: [(milliseconds, {budget: amount})].
        self.allowed = [(0, {budget.name: budget.amount for budget in self.budgets})]
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
                # Not within the last moments before or after a kill: the judge tells those by the clock.
                await asyncio.sleep(LAST_MOMENTS_MS / 1000)
                cluster.clock.jump(fault.amount)
                await asyncio.sleep(LAST_MOMENTS_MS / 1000)

    async def _freeze(self, program, seconds):
        program.signal(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        program.signal(signal.SIGCONT)

    async def _change(self, fault):
        at = fault.target % len(self.budgets)
        budget = self.budgets[at]
        amount = max(1, int(budget.amount * fault.amount))
        self.budgets[at] = dataclasses.replace(budget, amount=amount)
        self.allowed.append((self.cluster.clock.now_ms(), {one.name: one.amount for one in self.budgets}))
        await self.off_loop(self.cluster.change, self.plan.policy(self.cluster.mock, self.budgets))
