"""Policies as the tests write them: the smallest document that says what a test is about."""

from secrets_of_the_tests import PROMPT, PROVIDER_KEY

MODEL = "gpt-4o"
# Where the tests' policies find the provider's key.
KEY_VARIABLE = "PROVIDER_KEY"
ENVIRONMENT = {KEY_VARIABLE: PROVIDER_KEY}


def backend(url, connect_ms=None, first_byte_ms=None, idle_ms=None, **more):
    """An OpenAI-compatible backend; the waits that are not given keep their defaults."""
    waits = {"connect": connect_ms, "firstByte": first_byte_ms, "idle": idle_ms}
    waits = {name: f"{wait}ms" for name, wait in waits.items() if wait is not None}
    backend = {"provider": "openai", "baseURL": url, "auth": {"env": KEY_VARIABLE}, **more}
    return {**backend, "timeouts": waits} if waits else backend


def one(url, model=MODEL, **more):
    """One model served by one backend named `main`."""
    return {"backends": {"main": backend(url)}, "models": {model: {"chain": [{"backend": "main"}]}}, **more}


def chain(*backends, on=("rateLimit", "timeout", "error"), **more):
    """One model whose chain tries `first`, `second`, `third`, ... in that order. A URL stands for a plain backend."""
    names = ["first", "second", "third", "fourth"][:len(backends)]
    return {
        "backends": {
            name: backend(given) if isinstance(given, str) else given for name, given in zip(names, backends)},
        "models": {MODEL: {
            "chain": [{"backend": name} for name in names],
            "failover": {"on": list(on)}}},
        **more}


def ask(text="hello"):
    """Messages that ask for `text`, marked so that a leak of prompt text is noticed."""
    return [{"role": "user", "content": f"{PROMPT} {text}"}]


def chat(text="hello", model=MODEL, **more):
    """The body of a chat request."""
    return {"model": model, "messages": ask(text), **more}
