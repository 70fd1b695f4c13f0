"""A client of io.aigw.Control in a few lines (varlink.org): one JSON object and a NUL byte each way."""

import json
import socket

INTERFACE = "io.aigw.Control"


class Refused(Exception):
    """The service answered with an error."""


def call(path, method, timeout=10, **parameters):
    """The answer to one call on a connection of its own."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(timeout)
        line.connect(str(path))
        line.sendall(json.dumps({"method": f"{INTERFACE}.{method}", "parameters": parameters}).encode() + b"\0")
        answer = b""
        while not answer.endswith(b"\0"):
            data = line.recv(1 << 16)
            if not data:
                raise EOFError(f"the control socket closed during {method}")
            answer += data
    reply = json.loads(answer[:-1])
    if "error" in reply:
        raise Refused(f"{reply['error']} {json.dumps(reply.get('parameters', {}))}")
    return reply["parameters"]
