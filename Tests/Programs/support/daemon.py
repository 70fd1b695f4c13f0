"""aigwd as a process, and those who talk to it: the PyPI varlink client, and sidecars that do as a test says."""

import json
import os
import signal
import socket
import threading

import varlink

from programs import Program

INTERFACE = "io.aigw.Control"
BACKENDS = {"openai": {"provider": "openai", "auth": {"env": "PROVIDER_KEY"}}}


def policy(limit="1000 tokens/day", **more):
    """The smallest policy with a budget named `all`."""
    return {"backends": BACKENDS, "budgets": {"all": {"limit": limit}}, **more}


class Daemon(Program):
    """aigwd, ready to serve when the constructor returns. Its socket and state lie in `folder`."""

    def __init__(self, folder, *arguments, env=None):
        self.folder = folder
        self.socket = folder / "control" / "control.sock"
        super().__init__("aigwd", "--socket", self.socket, "--state", folder / "state", "--metrics", "127.0.0.1:0",
                         *arguments, env=env)
        self.ready = self.wait_for_line(self.stderr, self._ready_line)
        self.address = self.ready["metrics"]

    @staticmethod
    def _ready_line(line):
        event = json.loads(line) if line.startswith("{") else {}
        return event if event.get("message") == "ready" else None

    def control(self):
        """A connection of the PyPI client, to be used in a `with`."""
        return varlink.Client(f"unix:{self.socket}").open(INTERFACE)

    def call(self, method, **parameters):
        with self.control() as control:
            return getattr(control, method)(**parameters)

    def refusal(self, method, **parameters):
        """The name and the parameters of the error that `method` must be refused with."""
        try:
            answer = self.call(method, **parameters)
        except varlink.VarlinkError as error:
            return error.error().removeprefix(INTERFACE + "."), error.parameters() or {}
        raise AssertionError(f"{method} was not refused but answered {answer}")

    def stop(self):
        self.signal(signal.SIGTERM)
        assert self.exit_code() == 0, self.output

    def log(self):
        """Every event it logged; each line must be one JSON object."""
        return [json.loads(line) for line in self.stderr]


class Wire:
    """One connection that speaks Varlink by hand: what a test needs that the client does not do."""

    def __init__(self, path, seconds=15):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(seconds)
        self.socket.connect(str(path))
        self.input = b""

    def send(self, method, more=False, **parameters):
        call = {"method": f"{INTERFACE}.{method}", "parameters": parameters, **({"more": True} if more else {})}
        self.socket.sendall(json.dumps(call).encode() + b"\0")

    def receive(self):
        while b"\0" not in self.input:
            chunk = self.socket.recv(1 << 20)
            if not chunk:
                raise EOFError("the daemon closed the connection")
            self.input += chunk
        message, _, self.input = self.input.partition(b"\0")
        return json.loads(message)

    def call(self, method, **parameters):
        self.send(method, **parameters)
        reply = self.receive()
        assert "error" not in reply, reply
        return reply["parameters"]

    def close(self):
        self.socket.close()


class FakeSidecar:
    """Subscribes, applies each generation as it comes and says so; leases when asked to."""

    def __init__(self, daemon, name, on_generation=lambda generation: None, acknowledges=True):
        self.holder = f"holder-of-{name}"
        self.feed, self.wire, self.asking = (Wire(daemon.socket) for _ in range(3))
        self.feed.socket.settimeout(None)
        self.granted = self.spent = self.returned = 0
        self.generation = 0
        self.feed.send("Subscribe", more=True, sidecar={"holder": self.holder, "name": name, "version": "1"})
        self._on_generation, self._acknowledges = on_generation, acknowledges
        self._apply(self.feed.receive())
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _apply(self, reply):
        generation = reply["parameters"].get("generation")
        if generation is None:
            return
        self.generation = generation
        self._on_generation(generation)
        if self._acknowledges:
            self.wire.call("Acknowledge", holder=self.holder, generation=generation, applied=True, diagnostics=[])

    def _read(self):
        try:
            while True:
                self._apply(self.feed.receive())
        except (OSError, EOFError):
            return

    def lease(self, needs, wants, budget="all", measure="totalTokens/day", key=""):
        """Asks for credit beyond what is spent; the grant."""
        wish = {"budget": budget, "measure": measure, "key": key, "serial": 1, "granted": self.granted,
                "spent": self.spent, "returned": self.returned, "needs": needs, "wants": wants}
        grant = self.asking.call("Lease", holder=self.holder, wishes=[wish])["grants"][0]
        self.granted = max(self.granted, grant["granted"])
        return grant

    def spend(self, units):
        """Spends at most `units` of its credit; how much that was."""
        spent = min(units, self.granted - self.spent - self.returned)
        self.spent += spent
        return spent

    def report(self, *receipts):
        self.asking.call("Report", holder=self.holder, receipts=list(receipts), events=[], answers=[])

    def close(self):
        # The thread sits in recv on this one, which close() alone would not end.
        self.feed.socket.shutdown(socket.SHUT_RDWR)
        self._reader.join(5)
        for each in (self.feed, self.wire, self.asking):
            each.close()


def receipt(number, attempt=1, tokens=30):
    return {"request": f"{number:032x}", "attempt": attempt, "endedAt": 1_700_000_000_000 + number, "model": "gpt-4o",
            "backend": "openai", "payer": "user=alice", "user": "alice", "state": "settled", "status": 200,
            "usage": {"input": 10, "output": tokens - 10, "basis": "reported"}, "reserved": 100, "latencyUs": 1000}


def as_user(uid, gid, body):
    """Runs `body` in a child process as another user; what it returns, or the error it ended with, as text."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            os.setgroups([])
            os.setgid(gid)
            os.setuid(uid)
            said = repr(body())
        except BaseException as error:
            said = f"{type(error).__name__}: {error}"
        os.write(writing, said.encode()[:4096])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read().decode()
    os.waitpid(child, 0)
    return said
