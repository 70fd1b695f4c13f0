"""Reads the text format of protocol buffers (protobuf.dev/reference/protobuf/textformat-spec) as far as the
conformance vectors of cel-spec use it: a message becomes a list of (name, value) pairs."""
import re

_TOKEN = re.compile(
    r"""\s+|\#[^\n]*|(?P<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|(?P<word>[-+]?[\w.][\w.+-]*)|(?P<sign>[-{}<>:;,\[\]/])""",
    re.S,
)
_ESCAPES = {"a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "\\": 92, "'": 39, '"': 34, "?": 63}


def _tokens(source):
    at = 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        if not match:
            raise ValueError(f"not text format: {source[at:at + 40]!r}")
        at = match.end()
        if match.lastgroup:
            yield match.lastgroup, match.group()
    yield "end", ""


def _unquoted(quoted):
    """The bytes between the quotes."""
    def replaced(match):
        escape = match.group(1)
        if escape[0] in "xX":
            return bytes([int(escape[1:], 16)])
        if escape[0] in "uU":
            return chr(int(escape[1:], 16)).encode()
        if escape[0] in "01234567":
            return bytes([int(escape, 8)])
        return bytes([_ESCAPES[escape]])

    parts, last = [], 0
    inner = quoted[1:-1]
    for match in re.finditer(r"\\([xX][0-9a-fA-F]{1,2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3}|.)", inner, re.S):
        parts += [inner[last:match.start()].encode(), replaced(match)]
        last = match.end()
    return b"".join(parts + [inner[last:].encode()])


class _Reader:
    def __init__(self, source):
        self.tokens = list(_tokens(source))
        self.at = 0

    def take(self, *texts):
        if self.tokens[self.at][1] in texts and self.tokens[self.at][0] != "text":
            self.at += 1
            return True
        return False

    def message(self, *ends):
        fields = []
        while not self.take(*ends) and self.tokens[self.at][0] != "end":
            if self.take("["):
                name = ""
                while not self.take("]"):
                    name += self.tokens[self.at][1]
                    self.at += 1
            else:
                name = self.tokens[self.at][1]
                self.at += 1
            self.take(":")
            if self.take("["):
                while not self.take("]"):
                    fields.append((name, self.value()))
                    self.take(",")
            else:
                fields.append((name, self.value()))
            self.take(",", ";")
        return fields

    def value(self):
        if self.take("{"):
            return self.message("}")
        if self.take("<"):
            return self.message(">")
        kind, text = self.tokens[self.at]
        if kind == "text":
            value = b""
            while self.tokens[self.at][0] == "text":
                value += _unquoted(self.tokens[self.at][1])
                self.at += 1
            return value
        self.at += 1
        if text == "-":
            text += self.tokens[self.at][1]
            self.at += 1
        return text


def parse(source):
    return _Reader(source).message()


def first(message, name, default=None):
    return next((value for key, value in message if key == name), default)
