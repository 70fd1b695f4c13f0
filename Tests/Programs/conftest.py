"""What every test of the programs stands on: the real programs, a client, a watchdog, and checks after each test."""

import json
import signal
import socket
import subprocess

import openai
import pytest

from daemon import Daemon
from policies import ENVIRONMENT
from programs import Mock, Sidecar
from provider import ScriptedProvider
from secrets_of_the_tests import AGENT_KEY

HANG_SECONDS = 120


@pytest.fixture(autouse=True)
def watchdog():
    """Ends a test that hangs, so that its servers are still stopped and the next test still runs."""
    def bark(*_):
        raise TimeoutError(f"the test hung for {HANG_SECONDS} s")
    previous = signal.signal(signal.SIGALRM, bark)
    signal.setitimer(signal.ITIMER_REAL, HANG_SECONDS)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, previous)


@pytest.fixture
def mock():
    """A mock provider with an empty ledger."""
    program = Mock()
    yield program
    program.kill()


@pytest.fixture
def tls_mock(certificates):
    """A mock provider that speaks TLS with a certificate for `localhost` signed by the tests' own authority."""
    program = Mock("--tls", certificates / "localhost.pem", certificates / "localhost.key")
    yield program
    program.kill()


@pytest.fixture
def provider():
    """Starts providers from scripts: `provider(lambda line, request: line.answer(...))`."""
    started = []

    def start(script):
        started.append(ScriptedProvider(script))
        return started[-1]
    yield start
    for each in started:
        each.close()


@pytest.fixture
def closed_port():
    """An address that refuses connections."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    return f"http://127.0.0.1:{port}/v1"


@pytest.fixture
def policy_file(tmp_path):
    """Writes a policy to the file the sidecars of this test read: a dict as JSON, text as it is."""
    path = tmp_path / "aigw.yaml"

    def write(policy):
        path.write_text(policy if isinstance(policy, str) else json.dumps(policy, indent=2))
        return path
    return write


@pytest.fixture
def sidecar(tmp_path, policy_file):
    """Starts sidecars: `sidecar(policy, "--flag", "value", env={...})`; without a policy the environment makes it.

    Sidecars of one test share the state folder, so starting a second one after the first ended is a restart."""
    started = []

    def start(policy=None, *arguments, env=None):
        given = ["--policy", policy_file(policy)] if policy is not None else []
        arguments = [
            *given, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--state", tmp_path / "state", *arguments]
        started.append(Sidecar(*arguments, env={**(ENVIRONMENT if policy is not None else {}), **(env or {})}))
        return started[-1]
    yield start
    try:
        for each in started:
            each.finish()
    finally:
        for each in started:
            each.kill()


@pytest.fixture
def daemon(tmp_path):
    """Starts aigwd: `daemon("--flag", "value")`. Those of one test share socket and state, so a second one after the
    first ended is a restart."""
    started = []

    def start(*arguments, env=None):
        started.append(Daemon(tmp_path, *arguments, env=env))
        return started[-1]
    yield start
    for each in started:
        each.kill()
    for each in started:
        each.log()


@pytest.fixture
def client():
    """Makes OpenAI clients for a sidecar. They do not retry unless told to, so a test sees every answer."""
    made = []

    def make(sidecar, **options):
        options = {"api_key": AGENT_KEY, "max_retries": 0, "timeout": 30, **options}
        made.append(openai.OpenAI(base_url=sidecar.base_url, **options))
        return made[-1]
    yield make
    for each in made:
        each.close()


@pytest.fixture(scope="session")
def certificates(tmp_path_factory):
    """A certificate authority and what it signed: localhost.pem, wronghost.pem, expired.pem; ca.pem to trust it."""
    folder = tmp_path_factory.mktemp("certificates")

    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "30", "-subj", "/CN=aigw tests")
    for name, host, days in (("localhost", "localhost", "30"), ("wronghost", "elsewhere.test", "30"),
                             ("expired", "localhost", "-1")):
        names = f"subjectAltName=DNS:{host}" + (",IP:127.0.0.1" if host == "localhost" else "")
        (folder / f"{name}.ext").write_text(names + "\n")
        openssl("req", *key, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={host}")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                "-days", days, "-extfile", f"{name}.ext", "-out", f"{name}.pem")
    return folder
