"""Agents: raw connections that ask, read fast or slowly, pipeline, hang up, and remember what they said and got."""

import asyncio
import json
import random
from dataclasses import dataclass

HEAD_END = b"\r\n\r\n"
REPLY_SECONDS = 20
NO_REPLY = "no reply in time"


@dataclass(slots=True)
class Asked:
    """One request: who asked for what, through which sidecar, and what came of it."""
    tag: str
    sidecar: int
    said: dict
    is_quick: bool = False
    status: int | None = None
    hung_up: bool = False
    lost: str | None = None
    refused_by: str | None = None


def request(tag, said, body, session_headers=()):
    body = json.dumps({"model": said["model"], "user": tag, **body}).encode()
    lines = ["POST /v1/chat/completions HTTP/1.1", "Host: sidecar", "Content-Type: application/json",
             f"x-user-id: {said['user']}", f"x-team-id: {said['team']}", f"x-tenant-id: {tag}",
             f"Content-Length: {len(body)}", *session_headers]
    return "\r\n".join(lines).encode() + HEAD_END + body


async def read_head(reader):
    lines = (await reader.readuntil(HEAD_END)).split(b"\r\n")
    headers = {}
    for line in lines[1:]:
        name, _, value = line.partition(b":")
        headers[name.lower()] = value.strip()
    return int(lines[0].split(b" ")[1]), headers


async def read_body(reader, headers, take=None, pause=0.0):
    """The body; at most about `take` bytes of it, `pause` seconds between the pieces of a slow reader."""
    body = b""
    if headers.get(b"transfer-encoding") == b"chunked":
        while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
            body += (await reader.readexactly(size + 2))[:-2]
            if take is not None and len(body) >= take:
                return body
            if pause:
                await asyncio.sleep(pause)
        await reader.readexactly(2)
        return body
    left = int(headers.get(b"content-length", 0))
    if take is not None and left > take:
        return await reader.readexactly(take)
    return await reader.readexactly(left)


class Agent:
    """Asks until it is told to stop. What it does is drawn from the seed and its number."""

    def __init__(self, number, plan, cluster, asked):
        self.number, self.plan, self.cluster, self.asked = number, plan, cluster, asked
        self.draw = random.Random(plan.seed * 1_000_003 + number)
        self.user = f"u{self.draw.randrange(plan.users)}"
        self.team = f"t{self.draw.randrange(3)}"
        self.count = 0
        self.streams = None
        # What is asked once more, as SDKs do, and how often it may still be.
        self.again, self.retries = None, 0

    def _next(self):
        if self.again is None:
            self.again = self._question()
            self.retries = self.draw.choice([0, 0, 1, 2])
        said, body = self.again
        self.again = None
        self.count += 1
        tag = f"a{self.number}.{self.count}"
        entry = self.asked[tag] = Asked(tag, self.number % self.plan.sidecars, said)
        return entry, (said, body), request(tag, said, body)

    def _question(self):
        said = {"user": self.user, "team": self.team, "model": self.draw.choice(["gpt-4o", "gpt-4o-mini"])}
        body = {"messages": [{"role": "user", "content": "word " * self.draw.choice([1, 3, 10, 40, 200])}]}
        if self.draw.random() < 0.6:
            body["max_tokens"] = self.draw.choice([5, 20, 50, 100, 400, 64_000])
        if self.draw.random() < 0.3:
            body["reasoning_effort"] = "low"
        if self.draw.random() < 0.5:
            body["stream"] = True
            if self.draw.random() < 0.5:
                body["stream_options"] = {"include_usage": True}
        return said, body

    async def run(self, until):
        while not until.is_set():
            try:
                await asyncio.wait_for(self._turn(), REPLY_SECONDS)
            except (OSError, EOFError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as problem:
                self._forget(str(problem) or type(problem).__name__)
                await asyncio.sleep(self.draw.uniform(0.02, 0.3))
            except asyncio.TimeoutError:
                self._forget(NO_REPLY)
        self._forget(None)

    def _forget(self, problem):
        if self.streams:
            self.streams[1].transport.abort()
            self.streams = None
        if problem and self.entries:
            for entry in self.entries:
                if entry.status is None:
                    entry.lost = problem

    async def _turn(self):
        """One request, or a few in a pipeline, and the replies."""
        self.entries = []
        if self.streams is None:
            host, port = self.cluster.address(self.number % self.plan.sidecars)
            self.streams = await asyncio.open_connection(host, port, limit=1 << 22)
        reader, writer = self.streams
        batch = [self._next() for _ in range(3 if self.draw.random() < 0.05 else 1)]
        self.entries = [entry for entry, _, _ in batch]
        writer.write(b"".join(data for _, _, data in batch))
        mood = self.draw.random()
        if mood < 0.08:
            # Leaves at some moment, whatever has come by then.
            self._hang_up_soon()
            await asyncio.sleep(self.draw.choice([0, 0.001, 0.01, 0.05, 0.3]))
            return self._forget(None)
        refused = False
        for entry, question, _ in batch:
            status, headers = await read_head(reader)
            if mood < 0.15:
                # Leaves in the middle of the reply.
                self._hang_up_soon()
                await read_body(reader, headers, take=self.draw.choice([1, 300, 3000]))
                return self._forget(None)
            pause = 0.02 if mood < 0.2 else 0.0
            text = await read_body(reader, headers, pause=pause)
            entry.status = status
            if status == 429:
                refused = True
                entry.refused_by = (json.loads(text).get("error") or {}).get("budget")
            if status >= 429 and self.retries and headers.get(b"x-should-retry") != b"false":
                self.retries -= 1
                self.again = question
            if headers.get(b"connection") == b"close":
                self._forget(None)
                break
        await asyncio.sleep(self.draw.uniform(0.2, 1.0) if refused else self.draw.expovariate(6))

    def _hang_up_soon(self):
        for entry in self.entries:
            entry.hung_up = True
