"""What an agent hears, in no SDK's words, and what all agents are asked to do."""

import base64
import dataclasses
import struct
import zlib


@dataclasses.dataclass
class Call:
    id: str
    name: str
    arguments: dict


@dataclasses.dataclass
class Said:
    """A reply as the SDK shows it: `finish` is one of stop, length, tools; usage counts all prompt tokens."""
    text: str = ""
    model: str = ""
    finish: str = ""
    calls: list = dataclasses.field(default_factory=list)
    thinking: str = ""
    input: int | None = None
    output: int | None = None
    pieces: int = 0


WEATHER = {
    "type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
    "required": ["city", "days"], "additionalProperties": False}
TIME = {"type": "object", "properties": {}, "additionalProperties": False}
TOOLS = [("weather", "Tells the weather.", WEATHER), ("time", "Tells the time.", TIME)]

PERSON = {
    "type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
    "required": ["name", "age"], "additionalProperties": False}


def png():
    """A red dot, one pixel of it."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(b"\x00\xff\x00\x00")) + chunk(b"IEND", b""))


PNG = png()
PNG_BASE64 = base64.b64encode(PNG).decode()


class Agent:
    """One conversation. Subclasses keep its turns in their SDK's own objects, as an application would.

    Their verbs: `say(text, stream=False, tools=False, think=False, image=False, schema=None)` adds a user's turn and
    gives what was `Said`; `answer(results, stream=False)` adds the results of the calls of the turn before, by id:
    a text, or an `Exception` for a tool that failed."""

    dialect = None
    # Raised by the SDK for 400, 401 and 429; what tells their status.
    errors = ()

    def __init__(self, sidecar, model):
        self.url = f"http://{sidecar.address}"
        self.model = model

    @staticmethod
    def status(error):
        return error.status_code
