"""HTTP as bytes: one-shot calls, streams read event by event, and raw connections for what no client would send."""

import http.client
import json
import socket
import urllib.parse
from contextlib import contextmanager
from dataclasses import dataclass, field

TIMEOUT_SECONDS = 20


@dataclass
class Reply:
    status: int
    headers: http.client.HTTPMessage
    body: bytes = b""
    informational: list = field(default_factory=list)

    def json(self):
        return json.loads(self.body)

    @property
    def error(self):
        """The error of an OpenAI-shaped refusal; every refusal must be one, with all four fields."""
        assert self.headers["content-type"].startswith("application/json"), self
        error = self.json()["error"]
        assert {"message", "type", "param", "code"} <= set(error), error
        assert error["message"] and error["type"], error
        return error


def _open(url):
    parts = urllib.parse.urlsplit(url)
    path = parts.path + ("?" + parts.query if parts.query else "")
    return http.client.HTTPConnection(parts.netloc, timeout=TIMEOUT_SECONDS), path


def call(method, url, body=None, headers=None):
    """One call on its own connection. A dict is sent as JSON, anything else as it is."""
    headers = dict(headers or {})
    if isinstance(body, dict):
        body = json.dumps(body).encode()
        headers.setdefault("content-type", "application/json")
    connection, path = _open(url)
    try:
        connection.request(method, path, body=body, headers=headers)
        reply = connection.getresponse()
        return Reply(reply.status, reply.headers, reply.read())
    finally:
        connection.close()


def get(url, **headers):
    return call("GET", url, headers=headers)


def post(url, body, **headers):
    return call("POST", url, body, {name.replace("_", "-"): value for name, value in headers.items()})


@contextmanager
def stream(url, body, headers=None):
    """A streaming call: gives the head and an iterator over the `data:` of each event. Leaving hangs up."""
    connection, path = _open(url)
    try:
        headers = {"content-type": "application/json", **(headers or {})}
        connection.request("POST", path, body=json.dumps({"stream": True, **body}).encode(), headers=headers)
        reply = connection.getresponse()
        yield Reply(reply.status, reply.headers), _events(reply)
    finally:
        connection.close()


def _events(reply):
    for line in reply:
        line = line.rstrip(b"\r\n")
        if line.startswith(b"data:"):
            data = line[5:].strip()
            yield data.decode() if data == b"[DONE]" else json.loads(data)


class Raw:
    """A TCP connection on which the test decides every byte."""

    def __init__(self, address):
        if address.startswith("unix:"):
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(TIMEOUT_SECONDS)
            self.socket.connect(address.removeprefix("unix:"))
        else:
            host, port = address.rsplit(":", 1)
            self.socket = socket.create_connection((host, int(port)), timeout=TIMEOUT_SECONDS)
        self.buffered = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def end(self):
        """Says that nothing more will be sent, and goes on listening."""
        self.socket.shutdown(socket.SHUT_WR)

    def _more(self):
        data = self.socket.recv(65536)
        if not data:
            raise EOFError(f"the other side closed after {self.buffered!r}")
        self.buffered += data

    def _take(self, count):
        while len(self.buffered) < count:
            self._more()
        taken, self.buffered = self.buffered[:count], self.buffered[count:]
        return taken

    def _take_until(self, mark):
        while mark not in self.buffered:
            self._more()
        return self._take(self.buffered.index(mark) + len(mark))

    def head(self):
        """A status and its headers, the body left unread."""
        lines = self._take_until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        version, status, *_ = lines[0].split(" ")
        assert version == "HTTP/1.1", lines
        headers = http.client.HTTPMessage()
        for line in filter(None, lines[1:]):
            name, _, value = line.partition(":")
            headers[name] = value.strip()
        return Reply(int(status), headers)

    def reply(self, to="GET"):
        """One whole reply; 1xx heads before it are gathered in `informational`."""
        informational = []
        while (reply := self.head()).status < 200:
            informational.append(reply.status)
        reply.informational = informational
        if to != "HEAD" and reply.status not in (204, 304):
            if reply.headers.get("transfer-encoding") == "chunked":
                while size := int(self._take_until(b"\r\n").split(b";")[0], 16):
                    reply.body += self._take(size)
                    assert self._take(2) == b"\r\n"
                assert self._take(2) == b"\r\n"
            else:
                reply.body = self._take(int(reply.headers["content-length"]))
        return reply

    def closed(self):
        """Waits until the other side hangs up; true when nothing more came before it did."""
        try:
            return self.buffered == b"" and self.socket.recv(1) == b""
        except ConnectionResetError:
            return True


def request(path="/v1/chat/completions", body=b"", method="POST", **headers):
    """The bytes of an ordinary request; `headers` are added, underscores read as hyphens."""
    if isinstance(body, dict):
        body = json.dumps(body).encode()
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json"]
    if body or method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
