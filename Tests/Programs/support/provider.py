"""A provider whose every byte the test decides, and that remembers every byte it was sent."""

import json
import socket
import struct
import threading

from wire import Raw


class Request:
    def __init__(self, head, body):
        lines = head.decode("latin-1").split("\r\n")
        self.method, self.path, self.version = lines[0].split(" ")
        pairs = [line.partition(":") for line in lines[1:] if line]
        self.header_list = [(name.lower(), value.strip()) for name, _, value in pairs]
        self.headers = dict(self.header_list)
        self.body = body

    def json(self):
        return json.loads(self.body)


class Line(Raw):
    """The provider's end of one connection."""

    def __init__(self, accepted):
        self.socket, self.buffered = accepted, b""

    def request(self):
        head = self._take_until(b"\r\n\r\n")
        parsed = Request(head, b"")
        if parsed.headers.get("transfer-encoding") == "chunked":
            while size := int(self._take_until(b"\r\n"), 16):
                parsed.body += self._take(size)
                self._take(2)
            self._take(2)
        else:
            parsed.body = self._take(int(parsed.headers.get("content-length", 0)))
        return parsed

    def answer(self, body, status="200 OK", content_type="application/json", **headers):
        body = json.dumps(body).encode() if isinstance(body, dict) else body
        lines = [f"HTTP/1.1 {status}", f"content-type: {content_type}", f"content-length: {len(body)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    def start_stream(self):
        self.send(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")

    def chunk(self, data):
        self.send(b"%x\r\n%s\r\n" % (len(data), data))

    def reset(self):
        """Ends the connection with RST: what a crashed peer looks like."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


class ScriptedProvider:
    """Calls `script(line, request)` for every request, on a thread per connection, until the script hangs up."""

    def __init__(self, script):
        self.script, self.requests, self.connections = script, [], 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}/v1"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                accepted, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            accepted.settimeout(60)
            threading.Thread(target=self._serve, args=(Line(accepted),), daemon=True).start()

    def _serve(self, line):
        try:
            while True:
                request = line.request()
                self.requests.append(request)
                self.script(line, request)
        except (OSError, EOFError):
            pass
        finally:
            line.socket.close()

    def close(self):
        self.listener.close()


def completion(text="fine", model="gpt-4o", prompt=7, output=3, **more):
    """A chat completion as a provider writes it."""
    return {
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1700000000, "model": model,
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": prompt, "completion_tokens": output, "total_tokens": prompt + output}, **more}


def event(delta, model="gpt-4o", finish=None, **more):
    """One event of a chat stream, as its bytes."""
    chunk = {
        "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1700000000, "model": model,
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}], **more}
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


DONE = b"data: [DONE]\n\n"
