"""The processes of one run: a mock, sidecars, and a daemon where the plan has one; killed, stopped, frozen, restarted."""

import json
import random
import signal
import socket

import programs
from policies import ENVIRONMENT

HOST = "127.0.0.1"
GRACE_SECONDS = 3


def free_port():
    """One below those that the kernel gives to outgoing connections, so that it is still free after a restart."""
    while True:
        port = random.randrange(10_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port


class Daemon(programs.Program):
    """aigwd, ready to serve when the constructor returns."""

    def __init__(self, *arguments, env=None):
        super().__init__("aigwd", *arguments, env=env)
        self.wait_for_line(self.stderr, lambda line: '"ready"' in line)


class Mock(programs.Mock):
    """The judge's witness: it lives as long as the run, on the clock of the run."""

    def __init__(self, env):
        programs.Program.__init__(self, "aigw-mock", "--listen", f"{HOST}:0", env=env)
        prefix = "listening on "
        self.address = self.wait_for_line(self.stdout, lambda line: line.startswith(prefix) and line.removeprefix(prefix))
        self.scheme = "http"


class Cluster:
    def __init__(self, folder, clock, sidecars, with_daemon):
        self.folder, self.clock, self.with_daemon = folder, clock, with_daemon
        self.environment = {**ENVIRONMENT, **clock.environment}
        self.mock = Mock(clock.environment)
        # The same ports after a restart: an agent's base URL does not change.
        self.ports = [(free_port(), free_port()) for _ in range(sidecars)]
        self.sidecars = [None] * sidecars
        self.daemon = None
        # When which sidecar was killed, by the run's clock: [(sidecar, milliseconds)].
        self.kills = []
        self.starts = 0

    # MARK: places

    @property
    def policy_path(self):
        return self.folder / "aigw.json"

    @property
    def socket_path(self):
        return self.folder / "control" / "socket"

    @property
    def control_path(self):
        """Of whoever answers for the budgets: the daemon, or the one sidecar that has none."""
        return self.socket_path if self.with_daemon else self.state(0) / "control.sock"

    def state(self, sidecar):
        return self.folder / f"sidecar{sidecar}"

    @property
    def daemon_state(self):
        return self.folder / "daemon"

    def address(self, sidecar):
        return HOST, self.ports[sidecar][0]

    def admin(self, sidecar):
        return f"{HOST}:{self.ports[sidecar][1]}"

    # MARK: life

    def start(self, policy):
        self.write(policy)
        if self.with_daemon:
            self.start_daemon()
        for sidecar in range(len(self.sidecars)):
            self.start_sidecar(sidecar)

    def write(self, policy):
        whole = self.policy_path.with_suffix(".new")
        whole.write_text(json.dumps(policy, indent=1))
        whole.replace(self.policy_path)

    def change(self, policy):
        """Puts a policy into force without a restart."""
        self.write(policy)
        for program in [self.daemon] if self.with_daemon else self.sidecars:
            if program and program.running:
                program.signal(signal.SIGHUP)

    def start_sidecar(self, sidecar):
        port, admin = self.ports[sidecar]
        source = ["--control", f"unix:{self.socket_path}"] if self.with_daemon else ["--policy", self.policy_path]
        self.starts += 1
        self.sidecars[sidecar] = programs.Sidecar(
            *source, "--listen", f"{HOST}:{port}", "--admin", f"{HOST}:{admin}", "--state", self.state(sidecar),
            "--grace", GRACE_SECONDS, env=self.environment)

    def start_daemon(self):
        self.daemon = Daemon(
            "--socket", self.socket_path, "--state", self.daemon_state, "--policy", self.policy_path,
            env=self.clock.environment)

    def kill_sidecar(self, sidecar):
        self.sidecars[sidecar].kill()
        # It has ended by now: none of its calls began later.
        self.kills.append((sidecar, self.clock.now_ms()))

    def kill_daemon(self):
        self.daemon.kill()

    def stop(self, program):
        """Asks it to leave, as an upgrade does; it must, with 0."""
        program.signal(signal.SIGTERM)
        code = program.exit_code()
        assert code == 0, f"{program.name} ended with {code} on SIGTERM\n{program.output[-4000:]}"

    def end(self):
        for program in [*self.sidecars, self.daemon, self.mock]:
            if program:
                program.kill()
