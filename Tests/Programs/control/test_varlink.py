"""The control socket as the varlink package of PyPI speaks to it, and as nobody should."""

import json
import os
import socket
import subprocess
import sys
import threading

import pytest
import varlink

from policies import one
from programs import REPOSITORY
from waiting import eventually

INTERFACE = "io.aigw.Control"
DEFINITION = REPOSITORY / "Sources" / "Around" / "Control" / f"{INTERFACE}.varlink"


@pytest.fixture
def path(tmp_path, mock, sidecar):
    """The control socket of a lone sidecar with one backend, `main`."""
    path = tmp_path / "control" / "control.sock"
    sidecar(one(mock.at()), "--control-socket", path)
    return path


@pytest.fixture
def connect(path):
    """Opens the control interface on a connection of its own."""
    opened = []

    def connect(interface=INTERFACE):
        connection = varlink.Client(address=f"unix:{path}").open(interface)
        opened.append(connection)
        return connection
    yield connect
    for connection in opened:
        connection.close()


@pytest.fixture
def control(connect):
    return connect()


def refusal(call, *arguments, **parameters):
    """The name and the fields of the error that `call` ends with."""
    with pytest.raises(varlink.VarlinkError) as refused:
        call(*arguments, **parameters)
    return refused.value.error().removeprefix(f"{INTERFACE}."), refused.value.parameters()


def raw(path, *messages):
    """What comes back for `messages`, bytes as they are, until the other side ends."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(30)
        connection.connect(str(path))
        heard = b""
        try:
            for message in messages:
                connection.sendall(message)
            connection.shutdown(socket.SHUT_WR)
            while piece := connection.recv(65536):
                heard += piece
        except (BrokenPipeError, ConnectionResetError):
            pass
        return heard


def test_the_service_describes_itself(connect):
    service = connect("org.varlink.service")
    info = service.GetInfo()
    assert info["product"] == "aigw-sidecar" and info["version"]
    assert info["interfaces"] == ["org.varlink.service", INTERFACE]
    assert service.GetInterfaceDescription(INTERFACE)["description"] == DEFINITION.read_text()
    with pytest.raises(varlink.InterfaceNotFound):
        service.GetInterfaceDescription("org.example.nothing")


def test_the_policy_is_read(control):
    answer = control.GetPolicy()
    assert answer["generation"] >= 1
    assert list(answer["policy"]["backends"]) == ["main"]
    assert control.GetStatus()["generation"] == answer["generation"]


def test_a_budget_is_set_and_removed(control):
    before = control.GetPolicy()["generation"]
    change = control.SetBudget(name="team", budget={"limit": "1000 tokens/day"})["change"]
    assert change["generation"] == before + 1 and change["changed"]
    assert "team" in control.GetPolicy()["policy"]["budgets"]
    control.SetBudget(name="team")
    after = control.GetPolicy()
    assert after["generation"] == before + 2 and "team" not in after["policy"].get("budgets", {})


def test_errors_are_typed_and_change_nothing(control):
    before = control.GetPolicy()
    name, fields = refusal(control.PatchPolicy, patch={}, expected=before["generation"] + 5)
    assert (name, fields) == (
        "GenerationConflict", {"expected": before["generation"] + 5, "current": before["generation"]})
    name, fields = refusal(control.SetBudget, name="team", budget={"limit": "1000 tokns/day"})
    assert name == "PolicyInvalid" and fields["diagnostics"][0]["path"].startswith("budgets.team")
    name, fields = refusal(control.SetBackendState, backend="mian", state="drained")
    assert (name, fields) == ("UnknownBackend", {"name": "mian", "known": ["main"]})
    assert control.GetPolicy() == before


def test_a_parameter_that_is_not_of_its_type_is_named(path, control):
    with pytest.raises(varlink.InvalidParameter) as refused:
        control.GetReceipts()
    assert refused.value.parameters() == {"parameter": "request"}
    call = {"method": f"{INTERFACE}.SetBackendState", "parameters": {"backend": "main", "state": "sleepy"}}
    assert json.loads(raw(path, json.dumps(call).encode() + b"\0")[:-1]) == {
        "parameters": {"parameter": "state"}, "error": "org.varlink.service.InvalidParameter"}


def test_a_watcher_hears_of_changes(connect, control):
    events = []

    def watch():
        try:
            for reply in connect().Watch(_more=True):
                events.append(reply)
        except OSError:
            pass  # the sidecar has gone, as it does after every test
    threading.Thread(target=watch, daemon=True).start()

    def change():
        control.SetBudget(name="team", budget={"limit": "1000 tokens/day"})
        control.SetBudget(name="team")
        return [reply for reply in events if reply.get("event", {}).get("kind") == "policy"]
    eventually(change, "an event about the policy")


def test_what_answers_more_than_once_must_be_asked_so(control):
    assert refusal(control.Watch) == ("org.varlink.service.ExpectedMore", {})


def test_a_oneway_call_is_not_answered(control):
    before = control.GetPolicy()["generation"]
    assert control.SetBudget(name="team", budget={"limit": "1000 tokens/day"}, _oneway=True) is None
    assert control.GetPolicy()["generation"] == before + 1


def test_a_client_that_has_said_its_last_word_gets_its_replies(path):
    call = json.dumps({"method": "org.varlink.service.GetInfo"}).encode() + b"\0"
    assert raw(path, call * 3).count(b"\0") == 3


@pytest.mark.parametrize("nonsense", [
    b"\0" * 100_000, b"GET / HTTP/1.1\r\n\r\n\0", b"[]\0", b"{}\0", b'{"method": "\xff"}\0', b"[" * 1_000_000 + b"\0",
    b" " * (9 << 20), b'{"method": "io.aigw.Cont',
], ids=["NULs", "HTTP", "array", "no-method", "not-UTF-8", "nested", "endless", "truncated"])
def test_nonsense_is_not_answered_and_harms_nobody(path, control, nonsense):
    assert raw(path, nonsense) == b""
    assert control.GetPolicy()["generation"] >= 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_a_stranger_is_told_what_it_lacks(path):
    assert path.stat().st_mode & 0o777 == 0o660 and path.parent.stat().st_mode & 0o777 == 0o750
    for place in (path, *path.parents[:4]):
        place.chmod(place.stat().st_mode | 0o007)
    call = {"method": f"{INTERFACE}.GetPolicy"}
    script = (
        "import socket, sys; s = socket.socket(socket.AF_UNIX); s.settimeout(30); s.connect(sys.argv[1]);"
        "s.sendall(sys.argv[2].encode() + bytes(1)); print(s.recv(65536).rstrip(bytes(1)).decode())")
    answer = subprocess.run(
        ["setpriv", "--reuid", "12345", "--regid", "12345", "--clear-groups", sys.executable, "-S", "-c", script,
         str(path), json.dumps(call)], capture_output=True, text=True, check=True, cwd="/").stdout
    assert json.loads(answer) == {
        "error": f"{INTERFACE}.PermissionDenied",
        "parameters": {"method": f"{INTERFACE}.GetPolicy", "uid": 12345, "needs": "sidecar"}}
