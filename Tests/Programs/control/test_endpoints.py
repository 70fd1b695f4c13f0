"""aigwctl endpoints: the catalogue, for people and for scripts."""

import functools
import json

import cli
from cli import done


def test_the_catalogue_says_how_each_endpoint_is_charged_and_asks_nobody(tmp_path):
    aigwctl = functools.partial(cli.aigwctl, tmp_path / "nobody.sock")
    shown = [line.split() for line in done(aigwctl("endpoints")).splitlines()]
    for row in (
            "POST /v1/chat/completions conversation tokens held", "POST /v1/images/generations other units closed",
            "GET, POST /v1/files other free passed", "POST /v1/batches other later closed",
            "POST /v1/realtime/client_secrets other minted closed under any"):
        assert row.split() in shown
    rows = json.loads(done(aigwctl("endpoints", "-o", "json")))["endpoints"]
    assert len(rows) == len(shown) - 1
    assert {"methods": "POST", "path": "/v1/messages", "dialect": "anthropic", "kind": "conversation",
            "charge": "tokens", "underBudgets": "held"} in rows
