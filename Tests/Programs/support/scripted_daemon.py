"""A control socket that answers as a test says, and remembers what it was asked (varlink.org/Method-Call)."""

import json
import os
import socket
import threading


class Refusal(Exception):
    """An error of io.aigw.Control, or one with its whole name, with its fields."""

    def __init__(self, name, /, **fields):
        self.name = name if "." in name else f"io.aigw.Control.{name}"
        self.fields = fields


class ScriptedDaemon:
    """Answers each method with `answers[method]`: a dict, a Refusal, raw bytes, a function of the call's parameters, or,
    for a call that wants `more`, a list of dicts."""

    def __init__(self, path, **answers):
        self.path, self.answers, self.calls = str(path), answers, []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(self.path)
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        """The socket stays behind, as after a crash. Safe to call twice."""
        if self._listener.fileno() >= 0:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()

    def parameters(self, method):
        """Those of the one call of `method`."""
        found = [parameters for name, parameters in self.calls if name == method]
        assert len(found) == 1, self.calls
        return found[0]

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection, connection.makefile("rwb") as stream:
            try:
                while call := self._read(stream):
                    self._answer(stream, call)
            except (BrokenPipeError, ConnectionResetError):
                pass

    @staticmethod
    def _read(stream):
        message = b""
        while byte := stream.read(1):
            if byte == b"\0":
                return json.loads(message)
            message += byte
        return None

    def _answer(self, stream, call):
        interface, method = call["method"].rsplit(".", 1)
        assert interface == "io.aigw.Control"
        parameters = call.get("parameters", {})
        self.calls.append((method, parameters))
        answer = self.answers.get(method)
        if callable(answer):
            answer = answer(parameters)
        if answer is None:
            answer = Refusal("org.varlink.service.MethodNotFound", method=call["method"])
        if isinstance(answer, bytes):
            stream.write(answer)
            stream.flush()
            return
        replies = answer if isinstance(answer, list) else [answer]
        assert len(replies) == 1 or call.get("more")
        for place, reply in enumerate(replies):
            if isinstance(reply, Refusal):
                message = {"error": reply.name, "parameters": reply.fields}
            else:
                message = {"parameters": reply, **({"continues": True} if place + 1 < len(replies) else {})}
            stream.write(json.dumps(message, ensure_ascii=False).encode() + b"\0")
            stream.flush()


def everything(now_ms):
    """Answers of a daemon with a bit of everything."""
    minute, hour = 60_000, 3_600_000
    return {
        "GetStatus": {
            "program": "aigwd", "version": "0.1.0", "pid": 4711, "startedAt": now_ms - 3 * hour - 10 * minute,
            "generation": 12, "policySource": "/etc/aigw/aigw.yaml", "sidecars": 2, "budgets": 3, "receipts": 1234567,
            "warnings": ["policy.json was corrupt and set aside"]},
        "GetSidecars": {"sidecars": [
            sidecar("default/agent-7", "current", now_ms), sidecar("default/agent-9", "behind", now_ms, generation=11)]},
        "GetBackends": {"backends": [
            backend("openai"), backend("anthropic", circuit="open", failures=7), backend("local", drained=True)]},
        "GetBudgets": {"budgets": [
            budget("alice-4o", "user=alice, model=gpt-4o", 50_000, 12_345, now_ms + 42 * minute),
            budget("eng", "team=engineering", 100_000_000_000, 12_340_000_000, now_ms + 5 * hour + 7 * minute,
                   unit="usd", period="day"),
            budget("try", "", 10_000_000, 10_000_000, now_ms + 90_000, unit="outputTokens", period="month", shadow=True)]},
        "GetPolicy": {"generation": 12, "policy": POLICY},
        "GetPrices": {"prices": [
            {"model": "gpt-4o", "provider": "openai", "input": "2.50", "cachedInput": "1.25", "output": "10.00",
             "tiers": [{"above": 200000, "input": "5.00", "output": "20.00"}], "source": "builtin",
             "asOf": "2026-11-01", "ageDays": 20, "page": "https://prices.example"}]},
        "GetUsage": {"rows": [usage(["alice", "gpt-4o"]), usage(["bob", "gpt-4o"], refused=3, unpriced=2)]},
        "GetReceipts": {"receipts": [receipt()]},
        "Explain": {
            "explanation": {
                "startedAt": 1_795_250_953_000, "identity": {"user": "alice", "by": "header x-user-id"},
                "budgets": [{"name": "alice-4o", "verdict": "admitted", "left": 37655}],
                "candidates": [{"backend": "openai", "outcome": "status 429"}, {"backend": "anthropic", "outcome": "answered"}]},
            "receipts": [receipt()]},
        "Watch": [
            {"event": event("policy", "generation 12", "2 changes", now_ms)},
            {"event": event("refusal", "alice-4o", "50,000 tokens/hour are used up", now_ms), "missed": 3}],
        "SetBudget": {"change": change(["budgets.alice-4o"])},
        "SetChain": {"change": change(["models.gpt-4o.chain"])},
        "SetBackendState": {"change": change(["backends.openai.drained"])},
        "PatchPolicy": {"change": change(["budgets.alice-4o.limit"])},
    }


POLICY = {
    "backends": {
        "openai": {"provider": "openai", "auth": {"env": "OPENAI_API_KEY"}},
        "anthropic": {"provider": "anthropic", "auth": {"file": "/var/run/secrets/anthropic"}},
        "local": {"provider": "openai", "baseURL": "http://127.0.0.1:8000/v1", "drained": True}},
    "models": {
        "gpt-4o": {
            "chain": [{"backend": "openai"}, {"backend": "anthropic", "modelNameOverride": "claude-sonnet-4-5"}],
            "failover": {"on": ["rateLimit", "budgetExceeded"]}},
        "gpt-4.1": {"chain": [
            {"backend": "local", "priority": 0, "weight": 3}, {"backend": "openai", "priority": 0, "weight": 1},
            {"backend": "anthropic", "priority": 1}]}},
    "budgets": {
        "alice-4o": {"match": {"user": "alice", "model": "gpt-4o"}, "limit": "50000 tokens/hour"},
        "eng": {"match": {"team": "engineering"}, "limit": "$100/day", "alertAt": 0.8}},
}


def sidecar(name, state, now_ms, generation=12):
    return {"name": name, "holder": f"holder of {name}", "version": "0.1.0", "pid": 12, "uid": 65532,
            "generation": generation, "state": state, "connectedAt": now_ms - 61_000, "calls": 1234567, "openCalls": 3,
            "residentBytes": 12 << 20}


def backend(name, circuit="closed", drained=False, failures=0):
    return {"name": name, "provider": name, "baseURL": f"https://{name}.example/v1", "drained": drained,
            "circuit": circuit, "calls": 1000, "failures": failures}


def budget(name, scope, limit, used, resets_at, unit="totalTokens", period="hour", shadow=False):
    return {"name": name, "scope": scope, "unit": unit, "limit": limit, "used": used, "reserved": 0,
            "left": limit - used, "period": period, "resetsAt": resets_at, "shadow": shadow}


def usage(keys, refused=0, unpriced=0):
    return {"keys": keys, "requests": 1500, "refused": refused, "failed": 1, "inputTokens": 1_500_000,
            "cachedInputTokens": 400_000, "outputTokens": 250_500, "reasoningTokens": 0, "totalTokens": 1_750_500,
            "cost": 1_234_567_890, "unpriced": unpriced}


def receipt(**fields):
    return {"request": "0123456789abcdef0123456789abcdef", "attempt": 1, "endedAt": 1_795_250_953_000,
            "model": "gpt-4o", "backend": "anthropic", "providerModel": "claude-sonnet-4-5", "payer": "user=alice",
            "state": "settled", "status": 200, "usage": {"input": 1200, "output": 345, "basis": "reported"},
            "cost": 8_775_000, "prices": "input=3.00 output=15.00", "reserved": 5296, "latencyUs": 2_345_678, "firstTokenUs": 345_678, **fields}


def event(kind, subject, message, now_ms):
    return {"at": now_ms, "kind": kind, "sidecar": "default/agent-7", "subject": subject, "message": message, "details": {}}


def change(changed, generation=13, **states):
    """A change that `states` (sidecar=state) took; every sidecar applied it when none are given."""
    states = states or {"agent-7": "applied", "agent-9": "applied"}
    return {"generation": generation, "changed": changed, "sidecars": [
        {"sidecar": name, "state": state, "diagnostics": [
            {"path": "budgets.alice-4o.match.team", "message": "must be text"}] if state == "refused" else []}
        for name, state in states.items()]}
