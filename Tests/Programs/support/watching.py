"""The events of a sidecar, as `aigwctl watch` hears them."""

import json
from contextlib import contextmanager

import wire


@contextmanager
def watching(sidecar):
    """Gives a function that waits for the next event of the control socket."""
    ready = next(event for event in sidecar.log() if event["message"] == "ready")
    with wire.Raw(f"unix:{ready['control']}") as socket:
        socket.send(json.dumps({"method": "io.aigw.Control.Watch", "more": True}).encode() + b"\0")
        # Events are told from when the call has been read: a second answer on another connection comes after it.
        with wire.Raw(f"unix:{ready['control']}") as other:
            other.send(json.dumps({"method": "io.aigw.Control.GetStatus"}).encode() + b"\0")
            other._take_until(b"\0")
        yield lambda: json.loads(socket._take_until(b"\0")[:-1])["parameters"]["event"]
